"""The satisfaction index at a publication: weights frozen once a business and year, indexes of every area with them.

Runs after the roll-up of scores, in the tables :func:`etl.steps.rollup.prepare` laid out, and before anything spoils them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

import sql
from etl.domain import tcsi, tcsi_vintage
from etl.domain.area import Level
from etl.domain.tcsi_model import Model, WrongModel, read_model
from etl.domain.tcsi_record import record
from etl.steps import rollup

SAMPLES, SEED = 500, 20_260_101  # of the bootstrap; a seed of its own, so that the same answers give the same intervals
PART_COLUMNS = ("business", "year", "vintage_id", "construct", "least", "needed", "indicator_id", "w", "reversed", "low", "high")


def news(connection: sa.Connection) -> bool:
    """Whether weights were frozen by hand since the last publication."""
    found = sql.one(connection, "etl/tcsi_news")
    return bool(found and found["news"])


def roll_up(connection: sa.Connection, publication: int, data_to: date | None) -> int:
    """Freeze the weights that are due and write the indexes of the months whose answers or weights changed; the rows written."""
    told = sql.one(connection, "etl/tcsi_model")
    if told is None or data_to is None:
        return 0
    months = [row[0] for row in connection.execute(sa.text("SELECT month FROM rollup_month ORDER BY month"))]
    sql.execute(connection, "etl/tcsi_workspace")
    answered = _read(connection, months)
    if not answered and not sql.rows(connection, "etl/tcsi_vintages"):
        return 0  # nobody is asked the items here
    _freeze_due(connection, publication, told["model"], months, data_to)
    _assign(connection)
    connection.exec_driver_sql("ANALYZE tcsi_part")
    sql.execute(connection, "etl/tcsi_scores", expectation=tcsi_vintage.EXPECTATION, quality=tcsi_vintage.QUALITY,
                difference=tcsi_vintage.DIFFERENCE)  # fmt: skip
    sql.execute(connection, "etl/tcsi_coarse")
    connection.exec_driver_sql("ANALYZE tcsi_new")
    sql.execute(connection, "etl/tcsi_close", p=publication)
    written = sql.execute(connection, "etl/tcsi_insert", p=publication)
    if written:
        connection.exec_driver_sql("ANALYZE tcsi_rollup")
    return written


def _read(connection: sa.Connection, months: Iterable[date]) -> int:
    """Read the item answers of months not read yet; how many."""
    sql.execute(connection, "etl/tcsi_months_add", months=list(months))
    first, last = connection.execute(
        sa.text("SELECT min(month), CAST(max(month) + interval '1 month' AS date) - 1 FROM tcsi_month WHERE NOT read")
    ).one()
    if first is None:
        return 0
    items = list(_items(connection).values())
    read = sql.execute(connection, "etl/tcsi_answers", first_day=first, last_day=last, county=int(Level.COUNTY), items=items)
    connection.exec_driver_sql("UPDATE tcsi_month SET read = true")
    connection.exec_driver_sql("ANALYZE tcsi_answer")
    return read


def _items(connection: sa.Connection) -> dict[str, int]:
    """The items' ids by code."""
    return {row["code"]: row["indicator_id"] for row in sql.rows(connection, "etl/tcsi_items")}


def read_sample(connection: sa.Connection, year: int) -> None:
    """Lay out the answers of one year for :func:`estimated`, outside a publication."""
    rollup.prepare(connection, months=_year(year))
    sql.execute(connection, "etl/tcsi_workspace")
    _read(connection, _year(year))


def _year(year: int) -> list[date]:
    return [date(year, month, 1) for month in range(1, 13)]


def _made(connection: sa.Connection) -> dict[str, dict[int, dict[str, Any]]]:
    """Business → year → the vintage in force."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for row in sql.rows(connection, "etl/tcsi_vintages"):
        found.setdefault(row["business"], {})[row["year"]] = row
    return found


def _freeze_due(connection: sa.Connection, publication: int, told: dict[str, Any], months: list[date], data_to: date) -> None:
    made, touched = _made(connection), {month.year for month in months}
    for (business,) in connection.execute(sa.text("SELECT DISTINCT business FROM tcsi_answer ORDER BY 1")).all():
        had = list(made.get(business, {}))
        for year in tcsi_vintage.due(data_to.year, touched, had):
            if year == data_to.year and had:
                continue  # a vintage of a year before came to be just now
            found = None
            _read(connection, _year(year))
            with suppress(tcsi.TooLittle, WrongModel):  # `manyi tcsi estimate` says why; the publication goes on without
                found = estimated(connection, read_model(told), business, year, least=tcsi_vintage.LEAST_SAMPLE)
            if found is not None:
                freeze(connection, told, business, year, found, publication)
                had.append(year)


def estimated(
    connection: sa.Connection, model: Model, business: str, year: int, *, least: int, samples: int = SAMPLES, seed: int = SEED
) -> tcsi.Estimated | None:
    """The model on the answers read of a business and year; ``None`` with fewer than ``least`` respondents.

    Raises :class:`~etl.domain.tcsi.TooLittle` as the estimate does.
    """
    known = _items(connection)
    absent = [item for item in model.items if item not in known]
    if absent:
        raise WrongModel(f"no item {', '.join(absent)} in the store; `manyi tcsi define` brings a model's items in")
    wanted = {"business": business, "year": year, "items": [known[item] for item in model.items]}
    rows = connection.execute(sql.statement("etl/tcsi_sample"), wanted).all()
    if len(rows) < max(least, 1):
        return None
    answers = np.array([row.answers for row in rows], float)
    weights = np.array([row.weight for row in rows], float)
    return tcsi.estimate(model, answers, weights, samples=samples, rng=np.random.default_rng(seed))


def freeze(
    connection: sa.Connection, told: Mapping[str, Any], business: str, year: int, found: tcsi.Estimated, publication: int | None
) -> int:
    """Keep an estimate as the weight vintage of its business and year; the vintage's number."""
    kept = record(found)
    row = sql.one(
        connection, "etl/tcsi_vintage_add", business=business, year=year, scheme=found.model.scheme, n=found.n, p=publication,
        model=_json(told), weights=_json(kept["item_weights"]), estimates=_json(kept),
    )  # fmt: skip
    assert row is not None  # noqa: S101  RETURNING of one inserted row
    return int(row["vintage_id"])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _assign(connection: sa.Connection) -> None:
    """Give each year its vintage; years that had another, or none, are scored afresh from their first month on."""
    made, items = _made(connection), _items(connection)
    scored: dict[str, dict[int, set[int]]] = {}
    for row in sql.rows(connection, "etl/tcsi_years"):
        scored.setdefault(row["business"], {}).setdefault(row["year"], set()).add(row["vintage_id"])
    first, last = connection.execute(sa.text("SELECT min(data_from), max(data_to) FROM publication")).one()
    for business, vintages in made.items():
        by_id = {row["vintage_id"]: row for row in vintages.values()}
        by_year = {year: row["vintage_id"] for year, row in vintages.items()}
        for year in range(first.year, last.year + 1):
            vintage, was = tcsi_vintage.chosen(year, by_year), scored.get(business, {})
            assert vintage is not None  # noqa: S101  there is one, so each year has one
            if was.get(year, {vintage}) != {vintage} or not was:
                _read(connection, _year(year))
            sql.copy(connection, "tcsi_part", PART_COLUMNS, _parts(business, year, by_id[vintage], items))


def _parts(business: str, year: int, vintage: Mapping[str, Any], items: Mapping[str, int]) -> list[tuple[Any, ...]]:
    model, weights = read_model(vintage["model"]), vintage["weights"]
    needed = sum(construct.least > 0 for construct in model.constructs)
    return [
        (business, year, vintage["vintage_id"], construct.code, construct.least, needed, items[item], weights[item],
         item in model.reversed_items, model.low, model.high)
        for construct in model.constructs for item in construct.items if item in items
    ]  # fmt: skip
