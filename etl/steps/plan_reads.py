"""What a plan is made of, read from a publication: tree, baselines, weights, slopes, competitors and past months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql
from etl.domain.area import LEAF, Level
from etl.domain.estimate import UNRANKED_BELOW
from etl.domain.period import Period, add_months, containing
from etl.domain.plan import Nodes, fitted, inherited

HISTORY = 24  # complete months that tell the season

Floats = NDArray[np.float64]
Indicator = Mapping[str, Any]


class NoGround(ValueError):
    """A plan cannot be made of what is published; the text says what is missing, in both languages."""

    def __init__(self, reason_zh: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.reason_zh, self.reason_en = reason_zh, reason_en


@dataclass(frozen=True)
class Ground:
    """A tree on the day a plan is made, and the publication and period its baselines are of."""

    root: int
    publication: int
    period: Period
    base: Period
    day: date
    nodes: Nodes
    level: NDArray[np.int64]
    indicators: Mapping[int, Indicator]


@dataclass(frozen=True)
class Stock:
    """One indicator before it is planned: the areas that have it (numbers in the ground's nodes), weights and baselines."""

    indicator: Indicator
    at: NDArray[np.intp]
    nodes: Nodes
    weight: Floats
    baseline: Floats


@dataclass(frozen=True)
class Slope:
    """Points of an outcome per unit of a process towards its better side; areas are compared down to ``level``, and ``best`` is
    what was seen of the best of them."""

    outcome: int
    process: int
    level: int
    slope: float
    low: float | None
    high: float | None
    spread: float
    best: float
    author: str | None


def ground(connection: sa.Connection, root: int, period: Period) -> Ground:
    """The tree and publication a plan for ``period`` would stand on. Raises :class:`NoGround`."""
    latest = sql.one(connection, "etl/latest_publication")
    if latest is None or latest["data_to"] is None:
        raise NoGround("还没有发布任何数据，先装载并发布", "nothing is published yet; load files and run `manyi run publish`")
    base = period.same_last_year
    if base.start > latest["data_to"] or base.end < latest["data_from"]:
        raise NoGround(
            f"{period.code()} 的基线取自 {base.code()}，而该期没有发布的数据",
            f"a plan for {period.code()} takes its baselines from {base.code()}, of which nothing is published",
        )
    rows = sql.rows(connection, "etl/plan_tree", root=root, day=latest["data_to"])
    if not rows:
        raise NoGround("这个区域今天不在区域树上", "this area does not stand in the tree today")
    nodes = Nodes.of([row["area_id"] for row in rows], [row["parent_id"] for row in rows])
    indicators = {row["indicator_id"]: row for row in sql.rows(connection, "dashboard/indicators")}
    level = np.array([row["level"] for row in rows], np.int64)
    return Ground(root, int(latest["publication_id"]), period, base, latest["data_to"], nodes, level, indicators)


def outcomes(connection: sa.Connection, found: Ground) -> dict[int, Stock]:
    """The headline outcomes with a published score of the whole, by id; weights are subscribers of their business."""
    rows = sql.rows(connection, "etl/plan_scores", p=found.publication, period=found.base.kind, start=found.base.start)
    heads = _subscribers(connection, found)
    out = {}
    for number, one in found.indicators.items():
        mine = [row for row in rows if row["indicator_id"] == number]
        value, answers = (_put(found, mine, name) for name in ("value", "weight"))
        if one["headline"] is None or np.isnan(value[found.nodes.tree.root]):
            continue
        weight = _rolled(found, heads.get(one["business"] or "", np.zeros(value.size)))
        if not weight[found.nodes.tree.root] > 0:  # subscribers were never counted: answers weigh instead
            weight = _rolled(found, np.nan_to_num(answers))
        out[number] = Stock(one, np.arange(value.size), found.nodes, weight, fitted(found.nodes.tree, weight, value))
    return out


def _subscribers(connection: sa.Connection, found: Ground) -> dict[str, Floats]:
    """By business, "" for all; of every node what stands right at it."""
    out: dict[str, Floats] = {}
    place = {int(area): at for at, area in enumerate(found.nodes.area)}
    for row in sql.rows(connection, "etl/plan_subscribers", day=found.day):
        at = place.get(row["area_id"])
        if at is not None:
            for business in (row["business"], ""):
                out.setdefault(business, np.zeros(len(place)))[at] += row["subscribers"]
    return out


def _rolled(found: Ground, weight: Floats) -> Floats:
    return found.nodes.tree.summed(np.where(found.nodes.tree.leaf, weight, 0.0))


def processes(connection: sa.Connection, found: Ground, given: Sequence[Slope]) -> dict[int, Stock]:
    """Process indicators by id where the whole has a reading, down to the level each is compared at (a grid's complaints are
    too few to be held to); weights are denominators."""
    rows = sql.rows(connection, "etl/plan_ratios", p=found.publication, period=found.base.kind, start=found.base.start)
    out = {}
    for number in sorted({one.process for one in given}):
        depth = max(one.level for one in given if one.process == number)
        mine = [row for row in rows if row["indicator_id"] == number]
        above, below = _put(found, mine, "numerator"), _put(found, mine, "denominator")
        if not np.isnan(below[found.nodes.tree.root]):
            out[number] = _measured(found, number, depth, above, below)
    return out


def _measured(found: Ground, number: int, depth: int, above: Floats, below: Floats) -> Stock:
    """The part of the tree that has readings: a node counts where all above it do."""
    parent, has = found.nodes.tree.parent, ~np.isnan(below) & (found.level <= depth)
    for level in found.nodes.tree.inner_levels:
        children = found.nodes.tree.children_of(level)
        has[children] &= has[parent[children]]
    at = np.flatnonzero(has)
    ids = found.nodes.area
    nodes = Nodes.of(ids[at], np.where(parent[at] >= 0, ids[parent[at]], 0))
    value = found.indicators[number]["factor"] * above[at] / below[at]
    weight = nodes.tree.summed(np.where(nodes.tree.leaf, below[at], 0.0))
    return Stock(found.indicators[number], at, nodes, weight, fitted(nodes.tree, weight, value))


def _put(found: Ground, rows: Sequence[Mapping[str, Any]], name: str) -> Floats:
    """A column of rows at their areas' places, NaN elsewhere."""
    out = np.full(found.nodes.tree.size, np.nan)
    order = np.argsort(found.nodes.area, kind="stable")
    ids = np.array([row["area_id"] for row in rows], np.int64)
    place = order[np.minimum(np.searchsorted(found.nodes.area, ids, sorter=order), order.size - 1)]
    there = found.nodes.area[place] == ids
    out[place[there]] = np.array([row[name] for row in rows], float)[there]
    return out


def slopes(connection: sa.Connection, found: Ground) -> list[Slope]:
    """What provenly goes with each outcome, or was said by hand, where the range a process was seen in is known."""
    out = []
    for row in sql.rows(connection, "etl/plan_slopes", p=found.publication, root=found.root, day=found.day):
        if row["spread"] is None or not row["spread"] > 0:
            continue
        best = row["seen_high"] if found.indicators[row["process_id"]]["direction"] > 0 else row["seen_low"]
        finest = Level.COUNTY if found.indicators[row["process_id"]]["fact"] == "complaint" else LEAF
        level = min(row["level"] or int(LEAF), int(finest))
        out.append(Slope(row["outcome_id"], row["process_id"], level, row["slope"], row["low"], row["high"], row["spread"],
                         best, row["author"]))  # fmt: skip
    return out


def rivals(connection: sa.Connection, found: Ground) -> dict[int, Floats]:
    """The strongest competitor's level of each outcome at every area of the ground; NaN where too few were asked."""
    rows = sql.rows(
        connection, "etl/plan_rivals", p=found.publication, period=found.base.kind, start=found.base.start, least=UNRANKED_BELOW
    )
    numbers = {row["indicator_id"] for row in rows}
    return {number: _put(found, [row for row in rows if row["indicator_id"] == number], "value") for number in numbers}


@dataclass(frozen=True)
class Past:
    """Complete months of the whole, oldest first, without a gap."""

    months: tuple[date, ...]
    weight: Floats
    value: Floats


def past(connection: sa.Connection, found: Ground) -> dict[int, Past]:
    """The last complete months of every indicator at the root, as far back as all of them are there."""
    last = containing("m", found.day)
    last = last if last.end <= found.day else last.previous
    first = add_months(last.start, 1 - HISTORY)
    rows = sql.rows(connection, "etl/plan_months", p=found.publication, root=found.root, first=first, last=last.start)
    out: dict[int, Past] = {}
    for number in {row["indicator_id"] for row in rows}:
        by_month = {row["start"]: row for row in rows if row["indicator_id"] == number}
        months = [last.start]
        while months[-1] in by_month:
            months.append(add_months(months[-1], -1))
        kept = tuple(reversed(months[:-1]))
        out[number] = Past(kept, *(np.array([by_month[month][name] for month in kept]) for name in ("weight", "value")))
    return out


def reach(found: Ground, outcome: int, stocks: Mapping[int, Stock], given: Sequence[Slope]) -> Floats:
    """Points of an outcome that all its processes at their best seen levels go with, at every area; what is measured above an
    area counts in it too."""
    total = np.zeros(found.nodes.tree.size)
    for one in given:
        if one.outcome == outcome and one.process in stocks:
            stock = stocks[one.process]
            room = np.full(total.size, np.nan)
            room[stock.at] = np.maximum(stock.indicator["direction"] * (one.best - stock.baseline), 0.0)
            total += one.slope * inherited(found.nodes.tree, room)
    return total
