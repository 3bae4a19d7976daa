"""What detection reads of the current publication: the tree, whole months of scores, their cuts, whole weeks of ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql
from etl.domain.alert_rule import AlertRule
from etl.domain.area import Level
from etl.domain.area_estimates import Kin, Sums
from etl.domain.detect import BASELINE_PERIODS
from etl.domain.gate import MIX
from etl.domain.gates import Cut, closed_by, upper
from etl.domain.period import Period, add_months, containing
from etl.steps import estimate_rows
from etl.steps.detection import blocks
from etl.steps.estimate import Tree, dense

Bools = NDArray[np.bool_]

HISTORY = 48  # months looked back on at most; a baseline and the longest frozen chart
WEEKS = 60  # a year, and what a moving range needs before it
FRESH_DAYS = 7  # a county whose answers end so long before a month does has not delivered it
CUTS = ("brand", "mode", "segment", "touchpoint")  # whose mix must hold; a brand is an operator


@dataclass(frozen=True)
class Scene:
    """One publication as detection sees it: areas by number (``tree``), indicators by id, and the day data reach to."""

    connection: sa.Connection
    publication: int
    data_from: date
    data_to: date
    now: datetime
    tree: Tree
    indicators: Mapping[int, Mapping[str, Any]]
    late: Mapping[tuple[int, str], date] = field(default_factory=dict)  # (county's id, fact) -> the last day of its data

    @classmethod
    def read(cls, connection: sa.Connection, latest: Mapping[str, Any], now: datetime) -> Scene:
        found = sql.rows(connection, "etl/detect_coverage", p=latest["publication_id"])
        return cls(
            connection, int(latest["publication_id"]), latest["data_from"], latest["data_to"], now, Tree.read(connection),
            {row["indicator_id"]: row for row in sql.rows(connection, "etl/detect_indicators")},
            {(row["area_id"], row["fact"]): row["data_to"] for row in found},
        )  # fmt: skip

    def whole(self, kind: str, most: int = WEEKS) -> list[Period]:
        """The periods of a kind that are over, oldest first, at ``most`` so many weeks; months begin years after the data."""
        last = containing(kind, self.data_to)
        if last.end > self.data_to:
            last = last.previous
        first = containing(kind, self.data_from)
        if kind == "m":
            years = max(0, (_months_between(first.start, last.start) + 1 - HISTORY + BASELINE_PERIODS - 1) // BASELINE_PERIODS)
            first = Period("m", add_months(first.start, years * BASELINE_PERIODS))
        else:
            first = max(first, last.shift(1 - most))
        found = []
        while first <= last:
            found.append(first)
            first = first.shift(1)
        return found

    def watched(self, rule: AlertRule, day: date) -> Bools:
        """[area]: of the rule's levels and under its area, alive on a day."""
        alive = self.tree.alive([(day, day)])[:, 0]
        mask = np.isin(self.tree.levels, rule.levels) & self.tree.known & alive
        return mask & self._under(rule.area_id, day) if rule.area_id is not None else mask

    def _under(self, area_id: int, day: date) -> Bools:
        root, parent = int(np.searchsorted(self.tree.ids, area_id)), self.tree.kin([day]).parent[:, 0]
        at, under = np.arange(len(parent)), np.zeros(len(parent), bool)
        while (at >= 0).any():
            under |= at == root
            at = np.where(at >= 0, parent[at], -1)
        return under


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


@dataclass(frozen=True)
class Survey:
    """Whole months of survey scores, dense [area, month] by indicator."""

    scene: Scene
    months: list[Period]
    outcomes: Sequence[int]
    perceptions: Sequence[int]
    _sums: dict[int, Sums] = field(default_factory=dict)
    _answers: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    _closed: dict[int, Bools] = field(default_factory=dict)

    @classmethod
    def of(cls, scene: Scene) -> Survey:
        kinds = {kind: [i for i, row in scene.indicators.items() if row["kind"] == kind] for kind in ("outcome", "perception")}
        return cls(scene, scene.whole("m"), kinds["outcome"], kinds["perception"])

    @cached_property
    def kin(self) -> Kin:
        return self.scene.tree.kin([month.end for month in self.months])

    @cached_property
    def _cells(self) -> dict[int, blocks.Block]:
        return {**self._read(self.outcomes, None), **self._read(self.perceptions, self._upper)}

    @cached_property
    def _upper(self) -> str:
        """The ids of areas down to counties, joined."""
        return _joined(self.scene.tree.ids[upper(self.scene.tree.levels)].tolist())

    def _read(self, indicators: Sequence[int], areas: str | None) -> dict[int, blocks.Block]:
        return blocks.read_blocks(
            self.scene.connection, "etl/detect_scores", blocks.SUMS, first=self.months[0].start, last=self.months[-1].start,
            indicators=_joined(indicators), areas=areas,
        )  # fmt: skip

    @cached_property
    def _withheld(self) -> dict[int, list[tuple[int, date]]]:
        """By indicator, the areas and months whose scores nobody is shown. Apart from the sums: a join costs each of millions."""
        found: dict[int, list[tuple[int, date]]] = {}
        span = {"first": self.months[0].start, "last": self.months[-1].start}
        for row in sql.rows(self.scene.connection, "etl/detect_withheld", **span):
            found.setdefault(row["indicator_id"], []).append((row["area_id"], row["start"]))
        return found

    def sums(self, indicator: int) -> Sums:
        """Sums [area, month]; 0 where nobody answered, or what was answered is withheld."""
        if indicator not in self._sums:
            shape = (len(self.scene.tree.ids), len(self.months))
            cells = self._cells.get(indicator)
            made = dense(cells, *self._places(cells), shape) if cells is not None else Sums(*np.zeros((5, *shape)))
            self._answers[indicator], self._sums[indicator] = made.n, self._shown(indicator, made)
        return self._sums[indicator]

    def answers(self, indicator: int) -> NDArray[np.float64]:
        """How many answered [area, month], those included whose score is withheld: their number is no secret."""
        self.sums(indicator)
        return self._answers[indicator]

    def _shown(self, indicator: int, sums: Sums) -> Sums:
        withheld = self._withheld.get(indicator)
        if withheld is None:
            return sums
        starts = [month.start for month in self.months]
        hidden = np.ones(sums.n.shape)
        area = np.searchsorted(self.scene.tree.ids, [one for one, _ in withheld])
        hidden[area, [starts.index(at) for _, at in withheld]] = 0.0
        return Sums(*(getattr(sums, part.name) * hidden for part in fields(Sums)))

    def heard(self, indicator: int) -> bool:
        """Whether anybody ever answered."""
        return indicator in self._cells

    def _places(self, cells: blocks.Block) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        starts = estimate_rows.days_since_epoch([month.start for month in self.months])
        return self._numbers[cells["area_id"]], np.searchsorted(starts, cells["start"])

    @cached_property
    def _numbers(self) -> NDArray[np.int64]:
        """The number of each area by its id: a look-up, where millions are to be found."""
        ids = self.scene.tree.ids
        numbers = np.full(ids[-1] + 1, -1)
        numbers[ids] = np.arange(len(ids))
        return numbers

    @cached_property
    def _cut_cells(self) -> tuple[list[tuple[str, str]], dict[int, blocks.Block], dict[int, blocks.Block]]:
        """The values of cuts; by indicator their answers, and what of them is withheld (apart, as with the sums)."""
        rows = sql.rows(self.scene.connection, "etl/detect_cut_values", cuts=list(CUTS))
        values = [(row["cut"], row["value"]) for row in rows]
        asked = {
            "first": self.months[0].start, "last": self.months[-1].start,
            "indicators": _joined([*self.outcomes, *self.perceptions]),
            "areas": self._upper, "cuts": "\n".join(CUTS), "places": "\n".join("=".join(each) for each in values),
        }  # fmt: skip
        cells, withheld = (
            blocks.read_blocks(self.scene.connection, f"etl/detect_{name}", layout, **asked)
            for name, layout in (("cuts", blocks.CUTS), ("withheld_cuts", blocks.PLACES))
        )
        return values, cells, withheld

    def cuts(self, indicator: int) -> list[Cut]:
        """The indicator's answers by each declared cut, of :func:`etl.domain.gates.upper` areas [area, month, value]; no mean
        where none is shown."""
        values, by_indicator, withheld = self._cut_cells
        cells = by_indicator.get(indicator)
        if cells is None:
            return []
        area, month = self._places(cells)
        kept = upper(self.scene.tree.levels)
        row = np.searchsorted(kept, area)
        parts = np.zeros((3, len(kept), len(self.months), len(values)))
        for part, name in zip(parts, ("n", "sw", "swx"), strict=True):
            part[row, month, cells["place"]] = cells[name]
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = parts[2] / parts[1]
        if indicator in withheld:
            area, month = self._places(withheld[indicator])
            mean[np.searchsorted(kept, area), month, withheld[indicator]["place"]] = np.nan
        return [self._cut(name, values, parts[0], mean) for name in sorted({cut for cut, _ in values})]

    @staticmethod
    def _cut(name: str, values: Sequence[tuple[str, str]], n: NDArray, mean: NDArray) -> Cut:
        chosen = [place for place, (cut, _) in enumerate(values) if cut == name]
        return Cut(name, tuple(values[place][1] for place in chosen), n[..., chosen], mean[..., chosen])

    def closed(self, indicator: int) -> Bools:
        """[area, month]: held back by a gate."""
        if indicator not in self._closed:
            parent, level = self.kin.parent[:, -1], self.kin.level
            self._closed[indicator] = closed_by(self.answers(indicator), self.cuts(indicator), parent, level)
        return self._closed[indicator]

    @cached_property
    def incomplete(self) -> Bools:
        """[area]: whose last month has not come in full: counties, their grids, areas above that miss much of what is usual."""
        tree, end = self.scene.tree, self.months[-1].end
        county, parent = tree.levels == Level.COUNTY, self.kin.parent[:, -1]
        there = [self.scene.late.get((int(area), "answer"), date.min) >= end - timedelta(days=FRESH_DAYS) for area in tree.ids]
        missing = county & ~np.array(there, bool)
        out = missing | ((tree.levels == Level.GRID) & (parent >= 0) & missing[parent])
        usual = sum((self.answers(one)[:, -4:-1].sum(axis=1) for one in self.outcomes), np.zeros(len(tree.ids)))
        lacking = np.where(missing, usual, 0.0)
        for level in (Level.COUNTY, Level.CITY, Level.PROVINCE):
            below = np.flatnonzero((tree.levels == level) & (parent >= 0))
            np.add.at(lacking, parent[below], lacking[below])
        above = tree.levels < Level.COUNTY
        return np.asarray(out | (above & (lacking > MIX * np.maximum(usual, 1.0))))


def _joined(ids: Sequence[int]) -> str:
    return ",".join(str(one) for one in ids)


@dataclass(frozen=True)
class Ratios:
    """Whole weeks of process readings and complaints: ``n``, ``numerator``, ``denominator`` [area, week], 0 where none."""

    n: NDArray[np.float64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]

    def until(self, end: int) -> Ratios:
        """What there was of them before week number ``end``."""
        return Ratios(self.n[:, :end], self.numerator[:, :end], self.denominator[:, :end])

    def value(self, factor: float) -> NDArray[np.float64]:
        """The reading; NaN where there is none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.denominator > 0, self.numerator / self.denominator * factor, np.nan)


def read_ratios(scene: Scene, weeks: Sequence[Period], indicators: Sequence[int]) -> dict[int, Ratios]:
    """Ratios down to counties, by indicator."""
    if not weeks or not indicators:
        return {}
    cells = blocks.read_blocks(
        scene.connection, "etl/detect_ratios", blocks.RATIOS, first=weeks[0].start, last=weeks[-1].start,
        indicators=_joined(indicators), deepest=int(Level.COUNTY),
    )  # fmt: skip
    starts = estimate_rows.days_since_epoch([week.start for week in weeks])
    found = {}
    for indicator, some in cells.items():
        parts = np.zeros((3, len(scene.tree.ids), len(weeks)))
        at = np.searchsorted(scene.tree.ids, some["area_id"]), np.searchsorted(starts, some["start"])
        for part, name in zip(parts, ("n", "numerator", "denominator"), strict=True):
            part[at] = some[name]
        found[indicator] = Ratios(*parts)
    return found
