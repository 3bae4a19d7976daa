"""The satisfaction index as the store holds it: readings by construct, area and time, and the weights behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.address import tree_day
from dashboard.context import Context
from dashboard.pages.voice.model import Index, IndexCard, Place, Point, Vintage
from etl.domain.difference import difference_readings
from etl.domain.period import Period, containing, latest
from etl.domain.reading import WINDOWS, Reading, Sums, changes, lengthen, readings
from etl.domain.tcsi_model import read_model
from etl.domain.tcsi_vintage import DIFFERENCE

BUSINESSES = ("mobile", "broadband")
KINDS = "mqy"  # the index is kept by
TREND = {"m": 13, "q": 9, "y": 3}  # periods drawn

Cell = tuple[int, str, str]  # area, business, construct
Series = Mapping[Cell, Mapping[date, Sums]]


def period_of(context: Context) -> Period:
    """The period shown: a week has no index of its own, so its last month stands for it."""
    return context.period if context.period.kind in KINDS else containing("m", context.period.end)


def load(connection: sa.Connection, context: Context) -> Index:
    """Everything of the view; empty where nobody was asked."""
    period, here = period_of(context), context.area.area_id
    above = [node.area_id for node in context.trail[-2:-1]]
    children = _children(connection, context)
    periods = latest(period.kind, TREND[period.kind] + max(WINDOWS[period.kind]), period)
    series, vintages = _read(connection, context.publication_id, [here, *above], periods)
    near, more = _read(
        connection,
        context.publication_id,
        [row["area_id"] for row in children],
        latest(period.kind, max(WINDOWS[period.kind]), period),
    )
    business, there = _business(context, series, here)
    chosen = vintages.get((business, period.start.year)) or more.get((business, period.start.year))
    vintage = _vintage(connection, chosen or max(vintages.values(), default=None))
    codes = (*(vintage.model.codes if vintage else ()), DIFFERENCE)
    return Index(
        business,
        there,
        period,
        vintage,
        _cards(series, here, business, period, vintage),
        _readings(series, [(here, business, DIFFERENCE)], period)[0],
        _trend(series, here, above, business, period),
        tuple(_place(row, near, business, codes, period) for row in children if row["open"]),
    )


def _place(row: Mapping[str, Any], series: Series, business: str, codes: Sequence[str], period: Period) -> Place:
    made = _readings(series, [(row["area_id"], business, code) for code in codes], period)
    known = row["kind"] != "unknown"
    return Place(row["code"], {"zh": row["name_zh"], "en": row["name_en"]}, known, dict(zip(codes, made, strict=True)))


def _children(connection: sa.Connection, context: Context) -> list[dict[str, Any]]:
    return sql.rows(connection, "dashboard/children", parent=context.area.area_id, day=tree_day(context), indicator=None)


def _read(
    connection: sa.Connection, publication: int, areas: Sequence[int], periods: Sequence[Period]
) -> tuple[dict[Cell, dict[date, Sums]], dict[tuple[str, int], int]]:
    """Sums by cell and first day, and the vintage of each business and year among them."""
    series: dict[Cell, dict[date, Sums]] = defaultdict(dict)
    vintages: dict[tuple[str, int], int] = {}
    kinds, starts = sorted({period.kind for period in periods}), [period.start for period in periods]
    found = connection.execute(
        sql.statement("dashboard/voice_indexes"), {"p": publication, "areas": list(areas), "periods": kinds, "starts": starts}
    )
    for row in found:
        series[row.area_id, row.business, row.construct][row.start] = Sums(*(float(part) for part in row[5:10]))
        vintages[row.business, row.start.year] = row.vintage_id
    return series, vintages


def _business(context: Context, series: Series, here: int) -> tuple[str, tuple[str, ...]]:
    """The business of the address, else the first with answers here; and all of those."""
    there = tuple(business for business in BUSINESSES if any(cell[:2] == (here, business) for cell in series))
    asked = context.query.get("business")
    return (asked if asked in BUSINESSES else next(iter(there), BUSINESSES[0])), there


def _vintage(connection: sa.Connection, chosen: int | None) -> Vintage | None:
    if chosen is None:
        return None
    rows = sql.rows(connection, "dashboard/voice_vintages", ids=[chosen])
    if not rows or not rows[0]["estimates"]:
        return None
    row = rows[0]
    return Vintage(row["vintage_id"], row["year"], row["n"], row["scheme"], read_model(row["model"]), row["estimates"],
                   row["model"].get("texts", {}))  # fmt: skip


def _readings(series: Series, cells: Sequence[Cell], period: Period) -> list[Reading | None]:
    """A reading a cell, its window lengthened where it must be."""
    found = [lengthen(series.get(cell, {}), period) for cell in cells]
    sums, windows = [cell for cell, _ in found], [window for _, window in found]
    plain, differing = readings(sums, windows), difference_readings(sums, windows)
    return [differing[at] if cell[2] == DIFFERENCE else plain[at] for at, cell in enumerate(cells)]


def _cards(series: Series, here: int, business: str, period: Period, vintage: Vintage | None) -> tuple[IndexCard, ...]:
    if vintage is None:
        return ()
    cells = [(here, business, code) for code in vintage.model.codes]
    now = _readings(series, cells, period)
    before = readings([series.get(cell, {}).get(period.previous.start) for cell in cells])
    return tuple(
        IndexCard(construct.code, {"zh": construct.name_zh, "en": construct.name_en}, reading, change)
        for construct, reading, change in zip(vintage.model.constructs, now, changes(now, before), strict=True)
    )


def _trend(series: Series, here: int, above: Sequence[int], business: str, period: Period) -> tuple[Point, ...]:
    """The difference period by period; a window is lengthened as everywhere else."""
    periods = latest(period.kind, TREND[period.kind], period)
    own = {name: [_readings(series, [(here, name, DIFFERENCE)], one)[0] for one in periods] for name in BUSINESSES}
    upper = [_readings(series, [(area, business, DIFFERENCE) for area in above], one) for one in periods]
    return tuple(
        Point(one, {name: own[name][at] for name in BUSINESSES}, upper[at][0] if upper[at] else None)
        for at, one in enumerate(periods)
    )
