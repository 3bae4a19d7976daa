"""Estimates of a publication: what may be said of every area's scores, made of the sums just rolled up.

Only the periods written afresh, and those whose windows reach into them, are estimated anew; of these only rows that read
differently are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql
from etl.domain.area_estimates import AreaEstimates, Kin, Sums, estimate_areas
from etl.domain.estimate import displays
from etl.domain.period import Period, containing
from etl.domain.reading import WINDOWS
from etl.steps import estimate_rows as rows
from etl.steps.ahead import ahead

KINDS = "mqy"
UNKNOWN = "unknown"
SMALLEST = 32_767  # the largest of Postgres' smallint


@dataclass(frozen=True)
class _Run:
    """Periods of one kind: ``periods`` hold all that windows reach into, the estimated ones from ``first`` on (``due``)."""

    periods: list[Period]
    first: int
    due: NDArray[np.bool_]

    @property
    def kind(self) -> str:
        return self.periods[0].kind

    @property
    def estimated(self) -> list[Period]:
        return [period for period, due in zip(self.periods[self.first :], self.due, strict=True) if due]


def estimate(connection: sa.Connection, publication: int, data_from: date | None, data_to: date | None) -> int:
    """Estimate the periods :func:`etl.steps.rollup.prepare` laid out and those that look back on them; the rows changed."""
    if data_from is None or data_to is None:
        return 0
    sql.execute(connection, "etl/estimate_workspace")
    spans = sql.rows(connection, "etl/estimate_spans", kinds=list(KINDS))
    tree = Tree.read(connection)
    directions = {row["indicator_id"]: row["direction"] for row in sql.rows(connection, "etl/estimate_indicators")}
    for kind in KINDS:
        run = plan([row["start"] for row in spans if row["period"] == kind], kind, data_from, data_to)
        if run is not None and tree.ids.size:
            sql.copy(connection, "estimate_span", ("period", "start"), [(kind, period.start) for period in run.estimated])
            starts = [period.start for period in run.periods]
            cells = rows.read_sums(connection, "etl/estimate_sums", period=kind, first=starts[0], last=starts[-1])
            rows.write(connection, "estimate_new", ahead(_blocks(cells, run, tree, directions, data_to)))
    connection.exec_driver_sql("ANALYZE estimate_new")
    sql.execute(connection, "etl/estimate_same")
    connection.exec_driver_sql("ANALYZE estimate_same")
    closed = sql.execute(connection, "etl/estimate_close", p=publication)
    written = sql.execute(connection, "etl/estimate_insert", p=publication)
    if written:
        connection.exec_driver_sql("ANALYZE estimate")
    return max(closed, written)


def plan(touched: Sequence[date], kind: str, data_from: date, data_to: date) -> _Run | None:
    """The periods to estimate: those touched and those whose longest window reaches one; ``None`` without any."""
    last, longest = containing(kind, data_to), max(WINDOWS[kind])
    due = {
        later for start in touched for later in (Period(kind, start).shift(ahead) for ahead in range(longest)) if later <= last
    }
    if not due:
        return None
    earliest = max(min(due).shift(1 - longest), containing(kind, data_from))
    periods = [min(earliest, min(due))]
    while periods[-1] < max(due):
        periods.append(periods[-1].shift(1))
    first = periods.index(min(due))
    return _Run(periods, first, np.array([period in due for period in periods[first:]]))


@dataclass(frozen=True)
class Tree:
    """Areas by number, with their ids ascending, and their dated parents."""

    ids: NDArray[np.int64]
    levels: NDArray[np.int64]
    known: NDArray[np.bool_]  # not the unknown members
    lives: Sequence[tuple[date, date]]  # first day, and the first one after
    links: Sequence[dict[str, Any]]  # by day

    @classmethod
    def read(cls, connection: sa.Connection) -> Tree:
        areas = sql.rows(connection, "etl/estimate_areas")
        return cls(
            np.array([row["area_id"] for row in areas], np.int64), np.array([row["level"] for row in areas], np.int64),
            np.array([row["kind"] != UNKNOWN for row in areas], bool),
            [(row["valid_from"], row["valid_to"]) for row in areas], sql.rows(connection, "etl/estimate_parents"),
        )  # fmt: skip

    def kin(self, days: Sequence[date]) -> Kin:
        """The areas as they stood on each day; one that did not live then stands where it first or last did."""
        parent = np.full((len(self.ids), len(days)), -1, np.int64)
        child, above = (np.searchsorted(self.ids, [link[key] for link in self.links]) for key in ("area_id", "parent_id"))
        for column, day in enumerate(days):
            begun = np.array([link["valid_from"] <= day for link in self.links], bool)
            for order in (np.flatnonzero(~begun)[::-1], np.flatnonzero(begun)):  # what is written last holds
                parent[child[order], column] = above[order]
        return Kin(self.levels, parent, self.known[:, None] & self.alive([(day, day) for day in days]))

    def alive(self, spans: Sequence[tuple[date, date]]) -> NDArray[np.bool_]:
        """[area, span]: which lived on any day of each."""
        return np.array([[first <= span[1] and span[0] < until for span in spans] for first, until in self.lives], bool)


def _blocks(cells: NDArray[np.void], run: _Run, tree: Tree, directions: dict[int, int], data_to: date) -> Iterator[bytes]:
    """Packed rows, an indicator at a time."""
    starts = [period.start for period in run.periods]
    area, column = np.searchsorted(tree.ids, cells["area"]), np.searchsorted(rows.days_since_epoch(starts), cells["start"])
    kin = tree.kin([min(period.end, data_to) for period in run.periods])
    order = np.argsort(cells["indicator"], kind="stable")
    found, edges = np.unique(cells["indicator"][order], return_index=True)
    for indicator, chosen in zip(found.tolist(), np.split(order, edges[1:]), strict=True):
        if indicator in directions:
            sums = dense(cells[chosen], area[chosen], column[chosen], kin.parent.shape)
            made = estimate_areas(sums, kin, WINDOWS[run.kind], first=run.first, direction=directions[indicator])
            yield _packed(indicator, run, tree, kin, made)


def dense(cells: Any, area: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, ...]) -> Sums:
    """The sums of one indicator [area, period], each cell at its place; ``cells`` are records, or columns by name."""
    parts = np.zeros((5, *shape))
    for part, name in zip(parts, ("n", "sw", "sw2", "swx", "swx2"), strict=True):
        part[area, column] = cells[name]
    return Sums(*parts)


def _packed(indicator: int, run: _Run, tree: Tree, kin: Kin, made: AreaEstimates) -> bytes:
    """The rows of one indicator where anybody answered."""
    alive = tree.alive([(period.start, period.end) for period in run.periods[run.first :]])
    at = np.nonzero((made.n > 0) & run.due & (alive | (made.weight > 0)))
    parent = kin.parent[:, run.first :][at]
    effective, half = made.direct.n_eff[at], made.shrunken_half[at]
    starts = rows.days_since_epoch([period.start for period in run.periods[run.first :]])
    return rows.packed(
        {
            "area_id": tree.ids[at[0]], "indicator_id": indicator, "period": run.kind.encode(), "start": starts[at[1]],
            "parent_id": np.where(parent >= 0, tree.ids[parent], 0), "window_length": made.window[at],
            "n": made.n[at], "n_eff": effective, "deff": made.n[at] / effective, "direct": made.direct.value[at],
            "se": made.direct.se[at], "low": made.direct.low[at], "high": made.direct.high[at],
            "shrunken": made.shrunken[at], "shrunken_low": np.clip(made.shrunken[at] - half, 0, 100),
            "shrunken_high": np.clip(made.shrunken[at] + half, 0, 100), "variance_between": made.between[at],
            "reliability": made.reliability[at], "weight": made.weight[at], "benchmarked": made.benchmarked[at],
            "display": displays(made.n[at], effective), "first_rank": made.first_rank[at], "last_rank": made.last_rank[at],
            "siblings": np.minimum(made.siblings[at], SMALLEST), "funnel": made.funnel[at],
            "proof_window": made.proof_window[at],
        },
        len(parent),
    )  # fmt: skip
