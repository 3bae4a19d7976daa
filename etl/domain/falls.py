"""Falls of one indicator, period by period: who signals, where a fall is placed, and what becomes of every series' life."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
SMOOTHED_SKEWNESS = WEIGHT**3 / (1 - (1 - WEIGHT) ** 3) / (WEIGHT / (2 - WEIGHT)) ** 1.5  # of an EWMA, of that of its terms
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
    """One period judged, [series].

    ``passed``: S under the limit or z under the single one, whatever the size; ``signal`` after size and place; ``fast`` by one
    period alone; ``told`` codes of :mod:`etl.domain.lives`; ``watch`` is how things stand after it.
    """

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
    """One indicator under one rule.

    ``closed`` [series, period]: held back by a gate (what else ``charts.held`` holds is incomplete); ``watched`` [series]: the
    areas the rule speaks of.
    """

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
        least = _by_level(self.series.level, self.rule.material)
        for at in range(first, last + 1):
            chart = self.charts.renewed(watch.chart, at, watch.lives.settled)
            column = self.charts.column(chart, at)
            unjudged = self._unjudged(column, enough[:, at], at)
            judged = unjudged == JUDGED
            fast = judged & ~self._together & (np.nan_to_num(column.z) < -self.rule.single)
            low = self._low(column, judged)
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

    def limits(self, skewness: Floats) -> Floats:
        """[series]: S under minus this signals. The level's limit, at counties and grids further out where answers are lopsided:
        means of few of them fall deep far oftener than normal ones, which the runs behind the limits are of."""
        limit = _by_level(self.series.level, self.rule.limits)
        known = np.isfinite(limit) & (self.series.level >= PLACED_ABOVE)
        squares = np.where(known, limit, 1.0) ** 2 - 1
        return np.asarray(limit - np.minimum(self._lopsided(skewness), 0.0) / 6 * squares)  # Cornish & Fisher (1938)

    def _low(self, column: Column, judged: Bools) -> Bools:
        low = judged & (np.nan_to_num(column.s) < -self.limits(column.skewness))
        grids = self._together
        if self.rule.false_share is not None and grids.any():
            chance = np.where(judged[grids], resting_below(WEIGHT, self._normal(column)[grids]), np.nan)
            low[grids] = benjamini_hochberg(chance, self.rule.false_share)
        return np.asarray(low)

    @property
    def _together(self) -> Bools:
        """Grids held together to one share of false alarms: single months among thousands are no signal of their own."""
        return (self.series.level == Level.GRID) & (self.rule.false_share is not None)

    def _normal(self, column: Column) -> Floats:
        """S where a normal statistic would stand: means of few answers, most of them high, fall far more often than they rise."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.minimum(column.s - self._lopsided(column.skewness) / 6 * (column.s**2 - 1), 0.0))  # likewise

    def _lopsided(self, skewness: Floats) -> Floats:
        """[series]: the skewness of a chart of means of as many answers as are usual; 0 where it is not known."""
        heard = self.series.n_eff > 0
        usual = np.where(heard, self.series.n_eff, 0.0).sum(axis=1) / np.maximum(heard.sum(axis=1), 1)
        return np.asarray(np.nan_to_num(skewness) * SMOOTHED_SKEWNESS / np.sqrt(np.maximum(usual, 1.0)))

    def _placed(self, signal: Bools, judged: Bools, chart: Ints, at: int) -> Bools:
        """Signals where they belong: with the children that explain a fall, or theirs, from the top down."""
        level, out = self.series.level, signal.copy()
        for height in range(int(level.min()), int(PLACED_ABOVE)):
            for area in np.flatnonzero(out & (level == height)):
                placed = self._explained(signal, judged, chart, int(area), at)
                out[area] = area in placed
                out[placed] = True
        return out

    def _explained(self, signal: Bools, judged: Bools, chart: Ints, area: int, at: int) -> list[int]:
        told, below = self.charts.charts[chart[area]].traces, np.flatnonzero(self.series.parent == area)
        while below.size and self.series.level[below[0]] <= PLACED_ABOVE:
            mine = np.zeros(len(signal), bool)
            mine[below] = True
            placed = list(carriers(self.series, told, signal, self.rule, area, at, mine))
            if placed != [area] and judged[placed].all():
                return placed
            below = np.flatnonzero(np.isin(self.series.parent, below))
        return [area]


def _by_level(level: Ints, of: Mapping[Level, float]) -> Floats:
    out = np.full(level.size, np.inf)
    for one in np.unique(level):
        out[level == one] = of.get(Level(one), np.inf)
    return out
