"""Which months a publication writes afresh: those whose facts changed, for scores and for ratios apart.

What is known of each month's facts is kept (``fact_month``), so that no other month has to be looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.period import add_months

SCORED = "answer"
MOVABLE = "complaint"  # their limits end, and repeats of them come, in the month after


@dataclass(frozen=True)
class Due:
    """The months (first days) to write afresh; ``first`` and ``last`` day that have facts, and the last with a complaint."""

    scores: tuple[date, ...]
    ratios: tuple[date, ...]
    first: date | None = None
    last: date | None = None
    complaints_to: date | None = None

    @property
    def months(self) -> list[date]:
        """All of them, in order."""
        return sorted({*self.scores, *self.ratios})


def due(connection: sa.Connection, *, everything: bool = False) -> Due:
    """The months that were touched (``everything``: all that have facts), counted anew in ``fact_month``.

    Everything is due as well when sums of finer periods are not there as deep as ``rollup_plan`` wants them.
    """
    touched = sql.rows(connection, "etl/rollup_months", everything=everything)
    if touched and not everything and not connection.execute(sql.statement("etl/rollup_made_enough")).scalar_one():
        touched = sql.rows(connection, "etl/rollup_months", everything=True)
    before, after = _count(connection, sorted({row["month"] for row in touched}))
    scores = {row["month"] for row in touched if row["fact"] == SCORED}
    ratios = {row["month"] for row in touched if row["fact"] != SCORED}
    moved = {row["month"] for row in touched if row["fact"] == MOVABLE}
    ratios |= {add_months(month, 1) for month in moved}
    if moved:  # limits that ended since the last complaint known count only now
        ratios |= _between(before["complaints_to"], after["complaints_to"])
    if _months(before) != _months(after):  # averages of subscribers run from the first month of facts to the last
        ratios |= scores
    return Due(tuple(sorted(scores)), tuple(sorted(ratios)), after["first"], after["last"], after["complaints_to"])


def _count(connection: sa.Connection, months: list[date]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Count the facts of ``months`` anew; the days that have facts, as known before and after."""
    before = _range(connection)
    sql.execute(connection, "etl/rollup_fact_months_forget", months=months)
    sql.execute(connection, "etl/rollup_fact_months", months=months)
    return before, _range(connection)


def _range(connection: sa.Connection) -> dict[str, Any]:
    found = sql.one(connection, "etl/rollup_fact_range")
    assert found is not None  # noqa: S101  an aggregate has one row
    return found


def _months(known: dict[str, Any]) -> list[date | None]:
    return [known[end] and known[end].replace(day=1) for end in ("first", "last")]


def _between(first: date | None, last: date | None) -> set[date]:
    if first is None or last is None:
        return set()
    month, found = first.replace(day=1), set()
    while month <= last:
        found.add(month)
        month = add_months(month, 1)
    return found
