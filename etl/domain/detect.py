"""Falls of many series at once: a reflected EWMA of each area's departure from its own past, its parent's movement removed.

For direction d = ±1, baseline b with variance v_b, the parent's movement m without this child (variance v_m), pooled variance
of answers σ² and of true month-to-month variation φ²::

    z = d·(y - b - m) / √(σ²/n_eff + φ² + v_m)          E = min(0, (1-λ)E + λz)          V = (1-λ)²V + λ²
    S = E / √(V + A²·v_b / (σ²/n_eff + φ² + v_m))        A = 1 - (1-λ)^t

A period without data leaves E, V and t as they are. Sources: Lucas & Saccucci (1990), Technometrics 32:1 (EWMA); Jones, Champ &
Rigdon (2001), Technometrics 43:156 (estimated baselines); limits by :mod:`etl.domain.run_length`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from etl.domain.area import Level

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WEIGHT = 0.2  # λ
BASELINE_PERIODS = 12
LIMITS = {
    Level.COUNTRY: 2.7634,
    Level.PROVINCE: 2.7634,
    Level.CITY: 2.7634,
    Level.COUNTY: 3.1025,
    Level.GRID: 3.4363,
}  # in-control runs 370, 370, 370, 1000, 3000
SINGLE = 4.0  # one period so far down signals at once
MOST_SKEWED = 2.0  # of one answer: that of an exponential one
MATERIAL = {Level.COUNTRY: 2.0, Level.PROVINCE: 2.0, Level.CITY: 2.0, Level.COUNTY: 2.0, Level.GRID: 5.0}
# points; a smaller fall is nobody's alarm
ONSET_PERIODS = 24  # how far back the begin of a fall is looked for
NOTHING = 1e-9
LEAST_PERIODS = 3  # with data in the baseline, or there is none to depart from


@dataclass(frozen=True)
class Series:
    """Readings of areas over periods, evenly spaced; NaN (n_eff 0) where there is none.

    ``value``, ``n_eff`` and ``sd`` (of answers) are [area, period]; ``parent`` [area] by number, -1 for none; ``level`` [area].
    """

    value: Floats
    n_eff: Floats
    sd: Floats
    parent: Ints
    level: Ints

    @property
    def there(self) -> Bools:
        """Where there is a reading with its precision."""
        return np.isfinite(self.value) & (self.n_eff > 0)


@dataclass(frozen=True)
class Baseline:
    """What each area's level has been: ``value`` and its variance [area], and σ² and φ² of its level [area]."""

    value: Floats
    variance: Floats
    sigma2: Floats
    phi2: Floats


@dataclass(frozen=True)
class Traces:
    """What the chart saw, [area, period], NaN before the chart begins and where there is no reading.

    ``departure`` is y - b, ``movement`` the parent's without this child. ``since`` is the period number in which the present fall
    most likely began (-1: the chart stands no lower than was asked for), ``fall`` the mean of departure minus movement since
    then, below 0 where worse (0: none).
    """

    departure: Floats
    movement: Floats
    z: Floats
    e: Floats
    s: Floats
    fall: Floats
    since: Ints


def baseline(series: Series, periods: int = BASELINE_PERIODS) -> Baseline:
    """Baselines from the first ``periods``, shrunk to the parent's by how much areas of a level truly differ from theirs."""
    then = Series(*(part[:, :periods] for part in (series.value, series.n_eff, series.sd)), series.parent, series.level)
    there = then.there
    sigma2 = _by_level(_pooled, series.level, np.where(there, then.sd, np.nan), np.where(there, then.n_eff, 0.0))
    count, heavy = there.sum(axis=1), np.where(there, then.n_eff, 0.0)
    mean = np.where(there, then.value, 0.0).sum(axis=1) / np.where(count >= LEAST_PERIODS, count, np.nan)
    phi2 = _excess(then, mean, sigma2)
    with np.errstate(divide="ignore", invalid="ignore"):
        _, doubt = moved(then, np.where(there, then.value, np.nan), sigma2)  # the others of the parent are known no better
        noise = np.where(there, sigma2[:, None] / heavy + doubt, 0.0)
        variance = (noise.sum(axis=1) + count * phi2) / count**2
    return _shrunk(series, Baseline(mean, variance, sigma2, phi2))


def _pooled(sd: Floats, n_eff: Floats) -> float:
    """σ² of one level: the answers' variance, each cell by its degrees of freedom."""
    freedom = np.where(np.isfinite(sd), np.maximum(n_eff - 1, 0.0), 0.0)
    return float(np.nansum(np.nan_to_num(sd) ** 2 * freedom) / freedom.sum()) if freedom.sum() > 0 else np.nan


def _by_level(figure: object, level: Ints, *parts: Floats) -> Floats:
    out = np.full(level.size, np.nan)
    for one in np.unique(level):
        here = level == one
        out[here] = figure(*(part[here] for part in parts))  # type: ignore[operator]
    return out


def _excess(then: Series, mean: Floats, sigma2: Floats) -> Floats:
    """φ² of each level by moments: how much more areas vary about their own mean than sampling and their parent explain."""
    movement, doubt = moved(then, np.where(then.there, then.value - mean[:, None], np.nan), sigma2)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = then.value - mean[:, None] - movement
        expected = sigma2[:, None] / then.n_eff + doubt
    known = np.isfinite(rest) & np.isfinite(expected)
    freedom = np.maximum(known.sum(axis=1) - 1, 0)

    def moments(squares: Floats, sampling: Floats, count: Floats, free: Floats) -> float:
        if free.sum() == 0:
            return 0.0
        return max(0.0, float((squares.sum() - (sampling / np.maximum(count, 1) * free).sum()) / free.sum()))

    squares = np.where(known, rest, 0.0) - (np.where(known, rest, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))[:, None]
    squares = np.where(known, squares**2, 0.0).sum(axis=1)
    sampling = np.where(known, expected, 0.0).sum(axis=1)
    return _by_level(moments, then.level, squares, sampling, known.sum(axis=1).astype(float), freedom.astype(float))


def skewness(series: Series, base: Baseline, periods: int = BASELINE_PERIODS) -> Floats:
    """[area]: the skewness of one answer, from how the readings of the first ``periods`` lie about their baselines.

    The same for all, each reading by how well it tells it: a mean of many answers says more of its area's ups and downs than of
    how lopsided an answer is. Falls among the readings look lopsided too, so no more is believed than of an exponential answer.
    """
    rest = series.value[:, :periods] - base.value[:, None]
    n = np.where(np.isfinite(rest) & np.isfinite(base.sigma2)[:, None], series.n_eff[:, :periods], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        cubes = np.where(n > 0, (rest / np.sqrt(base.sigma2[:, None])) ** 3 * n, 0.0).sum()  # z³/√n
        told = np.where(n > 0, 1 / n, 0.0).sum()
    return np.full(series.level.size, np.clip(cubes / told, -MOST_SKEWED, MOST_SKEWED) if told > 0 else 0.0)


def moved(series: Series, departure: Floats, sigma2: Floats) -> tuple[Floats, Floats]:
    """The parent's departure without this child, and its variance, [area, period]; 0 where nothing but the child is known.

    A parent without a reading of its own is the sum of its children.
    """
    heavy, has = np.where(np.isfinite(departure), series.n_eff, 0.0), series.parent >= 0
    up = series.parent[has]
    family, weighted = np.zeros_like(heavy), np.zeros_like(heavy)
    np.add.at(family, up, heavy[has])
    np.add.at(weighted, up, (heavy * np.nan_to_num(departure))[has])
    told = heavy > 0
    total = np.where(told, np.maximum(heavy, family), family)
    weighted = np.where(told, total * np.nan_to_num(departure), weighted)
    others, rest = np.zeros_like(heavy), np.zeros_like(heavy)
    others[has] = total[up] - heavy[has]
    rest[has] = weighted[up] - (heavy * np.nan_to_num(departure))[has]
    known = others > NOTHING * np.maximum(heavy, 1.0)
    movement = np.divide(rest, others, out=np.zeros_like(rest), where=known)
    doubt = np.divide(np.broadcast_to(sigma2[:, None], rest.shape), others, out=np.zeros_like(rest), where=known)
    return movement, doubt


def _shrunk(series: Series, plain: Baseline) -> Baseline:
    """Baselines drawn to the parent's, by the share of a level's differences that is noise."""
    has = series.parent >= 0
    off = np.where(has, plain.value - plain.value[series.parent], np.nan)
    known = np.where(np.isfinite(off) & np.isfinite(plain.variance), 1.0, 0.0)

    def true_spread(apart: Floats, noise: Floats, count: Floats) -> float:
        if count.sum() < LEAST_PERIODS:
            return np.inf  # too few to say: nothing is shrunk
        middle = (apart * count).sum() / count.sum()
        return max(0.0, float(((apart - middle) ** 2 * count).sum() / (count.sum() - 1) - (noise * count).sum() / count.sum()))

    a = _by_level(true_spread, series.level, np.nan_to_num(off), np.nan_to_num(plain.variance), known)
    with np.errstate(invalid="ignore"):
        kept = np.where(np.isinf(a) | ~has | np.isnan(off), 1.0, a / (a + plain.variance))
        value = np.where(has & np.isfinite(off), plain.value[series.parent] + kept * off, plain.value)
    return Baseline(value, kept * plain.variance, plain.sigma2, plain.phi2)


def scan(
    series: Series, base: Baseline, direction: ArrayLike = 1.0, first: int = BASELINE_PERIODS, *, held: Bools | None = None,
    deep: float = 0.0,
) -> Traces:  # fmt: skip
    """Run the chart from period ``first`` on. ``direction`` is 1 where higher is better, -1 where lower is.

    ``held`` [area, period]: readings the area's own chart must not take. Begin and size of a fall are looked for where S is under
    ``deep`` alone.
    """
    sign = np.broadcast_to(np.asarray(direction, float), series.level.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        departure = np.where(series.there, series.value - base.value[:, None], np.nan)
        movement, doubt = moved(series, departure, base.sigma2)
        variance = base.sigma2[:, None] / series.n_eff + base.phi2[:, None] + doubt
        rest = sign[:, None] * (departure - movement)
        z = rest / np.sqrt(variance)
    if held is not None:
        z[held] = np.nan
    chart = _Chart(series, base, first, deep)
    for at in range(first, series.value.shape[1]):
        chart.step(at, z, variance, rest)
    z[:, :first] = np.nan
    return Traces(departure, movement, z, chart.e, chart.s, chart.fall, chart.since)


class _Chart:
    """E, V and t of every area while the periods go by."""

    def __init__(self, series: Series, base: Baseline, first: int, deep: float) -> None:
        shape, areas = series.value.shape, series.level.size
        self.n_eff, self.base = series.n_eff, base
        self.now, self.v, self.t = np.zeros(areas), np.zeros(areas), np.zeros(areas)
        self.e, self.s, self.fall = (np.full(shape, np.nan) for _ in range(3))
        self.since = np.full(shape, -1)
        self.first, self.deep = first, deep

    def step(self, at: int, z: Floats, variance: Floats, rest: Floats) -> None:
        """Take period ``at`` of [area, period] arrays; areas without a reading stand still."""
        here = np.isfinite(z[:, at])
        e = np.minimum(0.0, (1 - WEIGHT) * self.now + WEIGHT * np.nan_to_num(z[:, at]))
        self.now = np.where(here, e, self.now)
        self.v = np.where(here, (1 - WEIGHT) ** 2 * self.v + WEIGHT**2, self.v)
        self.t = self.t + here
        share = 1 - (1 - WEIGHT) ** self.t
        with np.errstate(divide="ignore", invalid="ignore"):
            s = self.now / np.sqrt(self.v + share**2 * self.base.variance / variance[:, at])
        for kept, new in ((self.e, self.now), (self.s, s)):
            kept[:, at] = np.where(here, new, np.nan)
        self.fall[here, at] = 0.0
        self._onset(at, np.flatnonzero(here & (s < self.deep)), z, rest)

    def _onset(self, at: int, low: Ints, z: Floats, rest: Floats) -> None:
        """When the falls most likely began (the split of the last periods with the largest standardised mean), and their size."""
        back = slice(max(self.first, at + 1 - ONSET_PERIODS), at + 1)
        recent = z[low, back]
        known = np.isfinite(recent)
        total = np.cumsum(np.where(known, recent, 0.0)[:, ::-1], axis=1)
        evidence = -total / np.sqrt(np.maximum(np.cumsum(known[:, ::-1], axis=1), 1))
        begin = at - np.argmax(np.where(known[:, ::-1], evidence, -np.inf), axis=1)
        n = np.where(known, self.n_eff[low, back], 0.0) * (np.arange(back.start, back.stop) >= begin[:, None])
        with np.errstate(divide="ignore", invalid="ignore"):
            self.fall[low, at] = (n * np.nan_to_num(rest[low, back])).sum(axis=1) / n.sum(axis=1)
        self.since[low, at] = begin
