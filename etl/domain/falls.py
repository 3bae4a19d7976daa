"""Falls of one indicator, period by period: who signals, where a fall is placed, and what becomes of every series' life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.domain.area import Level
from etl.domain.charts import Charts, Column
from etl.domain.detect import WEIGHT, Series
from etl.domain.episode import State
from etl.domain.lives import CODE, JUDGED, Codes, Lives, live
from etl.domain.multiplicity import benjamini_hochberg
from etl.domain.run_length import resting_below
from etl.domain.watch import CARRIES, Rule, carriers, had_enough

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DEEP = CARRIES  # a chart that stands higher is nobody's alarm and explains nobody's
PLACED_ABOVE = Level.COUNTY  # a county's fall stays with the county: too few answers tell its grids apart


@dataclass(frozen=True)
class Watch:
    """Where all series of one indicator stand between two periods: their lives, and which chart each is read from (-1: none)."""

    lives: Lives
    chart: Ints

    @classmethod
    def fresh(cls, count: int) -> Watch:
        return cls(Lives.fresh(count), np.full(count, -1))


@dataclass(frozen=True)
class Step:
    """One period judged, [series]. ``passed``: S under the limit or z under the single one, whatever the size; ``signal`` after size
    and place; ``fast`` by one period alone; ``told`` codes of :mod:`etl.domain.lives`; ``watch`` is how things stand after it."""

    at: int
    column: Column
    passed: Bools
    signal: Bools
    fast: Bools
    unjudged: Codes
    told: Codes
    watch: Watch


@dataclass(frozen=True)
class Watcher:
    """One indicator under one rule. ``closed`` [series, period]: held back by a gate (the others in ``charts.held`` are incomplete);
    ``watched`` [series]: the areas the rule speaks of."""

    charts: Charts
    rule: Rule
    closed: Bools
    watched: Bools

    @property
    def series(self) -> Series:
        return self.charts.series

    def follow(self, watch: Watch, first: int, last: int, again: bool = False) -> Iterator[Step]:
        """Judge the periods ``first`` to ``last``, in order; ``again``: the first of them was judged before."""
        enough = had_enough(self.series)
        limit, least = _by_level(self.series.level, self.rule.limits), _by_level(self.series.level, self.rule.material)
        for at in range(first, last + 1):
            chart = self.charts.renewed(watch.chart, at, watch.lives.settled)
            column = self.charts.column(chart, at)
            unjudged = self._unjudged(column, enough[:, at], at)
            judged = unjudged == JUDGED
            fast = judged & (np.nan_to_num(column.z) < -self.rule.single)
            low = self._low(column, judged, limit)
            passed = low | fast
            signal = self._placed(passed & (np.nan_to_num(column.fall) <= -least), judged, chart, at)
            once_more = np.full(len(chart), again and at == first)
            lives, told = live(watch.lives, column.s, signal, unjudged, self.rule.hold, once_more)
            watch = Watch(lives, chart)
            yield Step(at, column, passed, signal, fast & ~low, unjudged, told, watch)

    def _unjudged(self, column: Column, enough: Bools, at: int) -> Codes:
        there, held = self.series.there[:, at], self.charts.held[:, at]
        known = np.isfinite(column.s) & enough
        return np.select(
            [~self.watched, self.closed[:, at] & there, ~there | held, ~known],
            [CODE[State.NO_DATA], CODE[State.ERROR], CODE[State.NO_DATA], CODE[State.TOO_FEW]], JUDGED,
        ).astype(np.int8)  # fmt: skip

    def _low(self, column: Column, judged: Bools, limit: Floats) -> Bools:
        low = judged & (np.nan_to_num(column.s) < -limit)
        grids = self.series.level == Level.GRID
        if self.rule.false_share is not None and grids.any():
            chance = np.where(judged[grids], resting_below(WEIGHT, column.s[grids]), np.nan)
            low[grids] = benjamini_hochberg(chance, self.rule.false_share)
        return np.asarray(low)

    def _placed(self, signal: Bools, judged: Bools, chart: Ints, at: int) -> Bools:
        """Signals where they belong: with the children that explain a fall, from the top down."""
        level, out = self.series.level, signal.copy()
        for height in range(int(level.min()), int(PLACED_ABOVE)):
            for area in np.flatnonzero(out & (level == height)):
                told = self.charts.charts[chart[area]].traces
                placed = list(carriers(self.series, told, signal, self.rule, int(area), at))
                if judged[placed].all():
                    out[area] = area in placed
                    out[placed] = True
        return out


def _by_level(level: Ints, of: object) -> Floats:
    return np.array([of.get(Level(one), np.inf) for one in level.tolist()])  # type: ignore[attr-defined]
