"""The charts of one indicator over a long history: each has the 12 periods before it as its baseline, and begins anew each year.

A series that is not at rest keeps its chart and baseline until it is (frozen); so a fall is measured against what was before it.
Charts of one beginning are run for all areas, parents too: what moved a parent is told from the same twelve periods.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from etl.domain.area_estimates import Kin, Sums
from etl.domain.detect import BASELINE_PERIODS, WEIGHT, Baseline, Series, Traces, baseline, scan, skewness
from etl.domain.estimate import HIDDEN_BELOW

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

RENEWED = 12  # periods after which a chart at rest begins anew


@dataclass(frozen=True)
class Column:
    """One period of all series [area], each from its own chart.

    ``since`` is a period number (-1: none), ``expected`` the baseline and the parent's movement; ``e``, ``v`` and ``t`` as in
    :mod:`etl.domain.detect`.
    """

    s: Floats
    z: Floats
    fall: Floats
    since: Ints
    expected: Floats
    e: Floats
    v: Floats
    t: Ints
    skewness: Floats


@dataclass(frozen=True)
class Chart:
    """All areas' charts of one beginning.

    ``origin`` is the number of the first period after the baseline; traces are [area, period] of the whole history.
    """

    origin: int
    base: Baseline
    skewness: Floats  # of one answer [area], below 0 where the bad tail is the longer one
    traces: Traces

    def column(self, at: int) -> Column:
        """What the charts say of period ``at``."""
        told = self.traces
        t = np.isfinite(told.z[:, self.origin : at + 1]).sum(axis=1)
        keep = (1 - WEIGHT) ** 2
        v = WEIGHT**2 * (1 - keep**t) / (1 - keep)
        expected = self.base.value + told.movement[:, at]
        seen = (told.s[:, at], told.z[:, at], told.fall[:, at], told.since[:, at])
        return Column(*seen, expected, told.e[:, at], v, t, self.skewness)


@dataclass(frozen=True)
class Charts:
    """The charts of one indicator, by their beginnings, oldest first."""

    series: Series
    held: Bools
    charts: list[Chart]

    @classmethod
    def of(cls, series: Series, direction: float, held: Bools | None = None, deep: float = 0.0, since: int = 0) -> Charts:
        """Charts that began in period ``since`` or later; ``held`` and ``deep`` as in :func:`etl.domain.detect.scan`."""
        kept = np.zeros(series.value.shape, bool) if held is None else held
        origins = range(BASELINE_PERIODS, series.value.shape[1], RENEWED)
        return cls(series, kept, [_chart(series, direction, kept, deep, origin) for origin in origins if origin >= since])

    def renewed(self, chart: Ints, at: int, settled: Bools) -> Ints:
        """Which chart each series is read from in period ``at``: those at rest go over when a new one begins."""
        begun = max((number for number, one in enumerate(self.charts) if one.origin <= at), default=-1)
        begins = begun >= 0 and self.charts[begun].origin == at
        moves = (chart < 0) | (settled & begins)
        return np.where(moves, begun, np.minimum(chart, begun))

    def column(self, chart: Ints, at: int) -> Column:
        """Period ``at`` of each series from its own chart; nothing where it has none."""
        nothing = np.full(len(chart), np.nan)
        out = [nothing.copy() if part.name not in ("since", "t") else np.full(len(chart), -1) for part in fields(Column)]
        for number in np.unique(chart[chart >= 0]):
            told, here = self.charts[number].column(at), chart == number
            for kept, part in zip(out, fields(Column), strict=True):
                kept[here] = getattr(told, part.name)[here]
        return Column(*out)


def series_of(sums: Sums, kin: Kin) -> Series:
    """The readings of one indicator as charts take them, under the latest parents. What may not be shown takes no part, nor do
    unknown members by themselves: both count in the areas above."""
    effective, mean = sums.n_eff, sums.mean
    taken = (sums.n >= HIDDEN_BELOW) & (effective >= HIDDEN_BELOW) & kin.ranked
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = np.sqrt(np.maximum(sums.swx2 / sums.sw - mean**2, 0.0) * effective / (effective - 1))
    return Series(np.where(taken, mean, np.nan), np.where(taken, effective, 0.0), np.where(taken, sd, np.nan),
                  kin.parent[:, -1], kin.level)  # fmt: skip


def _chart(series: Series, direction: float, held: Bools, deep: float, origin: int) -> Chart:
    first = origin - BASELINE_PERIODS
    own = Series(series.value[:, first:], series.n_eff[:, first:], series.sd[:, first:], series.parent, series.level)
    taken = Series(np.where(held[:, first:], np.nan, own.value), own.n_eff, own.sd, own.parent, own.level)
    base = baseline(taken)
    told = scan(own, base, direction, held=held[:, first:], deep=deep)
    whole = Traces(*(_from(getattr(told, part.name), first) for part in fields(Traces)))
    return Chart(origin, base, direction * skewness(taken, base), whole)


def _from(part: NDArray, first: int) -> NDArray:
    """Counted from the beginning of the history."""
    if part.dtype.kind == "f":
        return np.hstack([np.full((len(part), first), np.nan), part])
    return np.hstack([np.full((len(part), first), -1), np.where(part >= 0, part + first, -1)])
