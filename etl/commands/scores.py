"""``manyi scores``: an area's scores of a period, with n, n_eff and interval."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import numpy as np
import sqlalchemy as sa
import typer

import sql
from etl.commands.console import AsJson, Refused, show, speaking
from etl.commands.stores import open_store
from etl.domain import estimate, period
from etl.steps.nearest import nearest

UNIT = "points of 100"
TRANSFORM = "(x-1)/9*100 of 1-10 answers, weighted mean"
OWN_PERIOD = 1  # periods a score is taken over: this command never lengthens the window for want of answers


class Tree(StrEnum):
    """The tree of the period's time, or today's with all periods restated to it."""

    THEN = "then"
    TODAY = "today"


def scores(
    area: Annotated[str, typer.Option(help="the area's code")],
    when: Annotated[str, typer.Option("--period", help="2026-10, 2026-W46, 2026-Q4 or 2026")],
    children: Annotated[bool, typer.Option(help="the areas below as well")] = False,
    tree: Annotated[Tree, typer.Option(help="the tree of the period's time, or today's: figures restated to it")] = Tree.THEN,
    as_json: AsJson = False,
) -> None:
    """Scores of an area and period under the latest publication."""
    with speaking():
        try:
            wanted = period.parse(when)
        except ValueError as error:
            raise Refused(str(error)) from None
        target = open_store()
        found = read_scores(target, area, wanted, children, tree)
        if not found:
            raise Refused(f"no answers in {area} for {when}; {periods(target, area, wanted)}")
        show(found, as_json)


def read_scores(
    target: sa.Engine, area: str, wanted: period.Period, children: bool, tree: Tree = Tree.THEN
) -> list[dict[str, Any]]:
    """One record per area and indicator; scores hidden by the display rules come without a value."""
    with sql.begin(target) as connection:
        if sql.one(connection, "auth/area_by_code", code=area) is None:
            raise Refused(f"no area with the code {area!r}; {nearest(connection, area)}")
        current = sql.one(connection, "etl/latest_publication")
        if current is None:
            raise Refused("nothing is published yet; load files and run `manyi run publish`")
        sums = sql.frame(
            connection, "etl/scores_today" if tree is Tree.TODAY else "etl/scores",
            area=area, period=wanted.kind, start=wanted.start,
            publication=current["publication_id"], children=children,
        )  # fmt: skip
        shrunken = {} if tree is Tree.TODAY else _shrunken(connection, area, wanted, current["publication_id"], children)
    found = estimate.mean_interval(*(sums[name].astype(float) for name in ("n", "sw", "sw2", "swx", "swx2")))
    records = [
        _record(row, wanted, tree, current["publication_id"], float(found.value[at]), float(found.low[at]), float(found.high[at]),
                float(found.n_eff[at]))
        for at, row in enumerate(sums.to_dict("records"))
    ]  # fmt: skip
    return [_settled(record, shrunken.get((record["area"], record["indicator"]))) for record in records]


def _shrunken(
    connection: sa.Connection, area: str, wanted: period.Period, publication: int, children: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    rows = sql.rows(connection, "etl/scores_shrunken", area=area, period=wanted.kind, start=wanted.start,
                    publication=publication, children=children)  # fmt: skip
    return {(row["area"], row["indicator"]): row for row in rows}


def _settled(record: dict[str, Any], told: dict[str, Any] | None) -> dict[str, Any]:
    """A thin score by its shrunken value; ``estimate`` says which of the two it is."""
    if record["value"] is None:
        return {**record, "estimate": None}
    if told is None or record["state"] != str(estimate.Display.SHRUNKEN):
        return {**record, "estimate": "direct"}
    value, low, high = (round(told[name], 4) for name in ("shrunken", "shrunken_low", "shrunken_high"))
    return {**record, "value": value, "low": low, "high": high, "estimate": "shrunken"}


def periods(target: sa.Engine, area: str, wanted: period.Period) -> str:
    """Which periods of that kind there are for the area, in words."""
    with sql.begin(target) as connection:
        span = sql.one(connection, "etl/scores_span", area=area, period=wanted.kind)
    if span is None or span["first"] is None:
        return "none of its length at all: days and weeks are kept down to the county, all else to the grid"
    first, last = (period.Period(wanted.kind, span[end]).code() for end in ("first", "last"))
    return f"the latest with answers is {last}" + (f", the first {first}" if first != last else "")


def _record(row: dict[str, Any], wanted: period.Period, tree: Tree, publication: int, value: float, low: float, high: float,
            effective: float) -> dict[str, Any]:  # fmt: skip
    state = estimate.display(row["n"], effective)
    hidden = state is estimate.Display.HIDDEN

    def shown(number: float) -> float | None:
        return None if hidden or np.isnan(number) else round(number, 4)

    return {
        "area": row["area"], "name": row["name_zh"], "indicator": row["indicator"], "indicator_name": row["indicator_zh"],
        "period": wanted.code(), "value": shown(value), "low": shown(low), "high": shown(high), "unit": UNIT,
        "n": int(row["n"]), "n_eff": round(effective, 1), "state": str(state), "window": OWN_PERIOD, "transform": TRANSFORM,
        "tree": str(tree), "publication": publication,
    }  # fmt: skip
