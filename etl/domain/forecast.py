"""What an outcome will read at the end of its month, quarter or year, how sure that is, and the chance of meeting a target.

A local level by level of the tree: the root's months follow a random walk, and every area's months deviate from its parent's by a
walk of their own that begins at 0, with real month-to-month noise on top. How far areas differ (``start``), how fast they drift
(``drift``) and how noisy months are (``noise``) is learnt from all areas of a level together, by maximum likelihood; so an area
with few answers is forecast like its parent, one with many by its own. The figure forecast is the one that will be published:
answers so far count as they are, those to come with their sampling error. Source: Harvey, Forecasting, Structural Time Series
Models and the Kalman Filter (1989), 2 and 4; Fay & Herriot (1979) for what areas lend one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from etl.domain.area_estimates import Kin, Sums
from etl.domain.small_area import pooled_variance

Floats = NDArray[np.float64]
RECENT = 6  # months whose answers tell how many a month brings
LEARNT_FROM = 600  # areas of a level, at most
START, DRIFT, NOISE = 4.0, 0.3, 0.5  # where the search for the variances begins, points²
LEAST_DRIFT, LEAST_NOISE, MOST = 0.02, 0.01, 400.0
VAGUE = 1e4  # variance of the root's first month
LEVELS = (0.80, 0.95)
SHOWN_FROM = 30  # n_eff so far: below, a forecast would give away what is not shown


@dataclass(frozen=True)
class Variances:
    """Of a level of the tree, in points²: between areas at the start, of a month's drift, of a month's own noise."""

    start: float
    drift: float
    noise: float


@dataclass(frozen=True)
class Now:
    """What is known at the last month with answers, [area]: its level after what came so far, and the month so far.

    ``drift`` and ``noise`` are summed down the tree; ``answer`` is the variance of one effective answer.
    """

    level: Floats
    variance: Floats
    drift: Floats
    noise: Floats
    answer: Floats
    month: Floats  # the expected true mean of the whole month, and its variance
    month_variance: Floats


@dataclass(frozen=True)
class Span:
    """A running period: ``done`` complete months of it are in, then comes the last month with answers, then ``ahead`` more."""

    done: int
    ahead: int


@dataclass(frozen=True)
class Forecast:
    """[area]: the expected figure at the period's end and its standard deviation; NaN where nothing was ever answered."""

    value: Floats
    sd: Floats

    def interval(self, confidence: float) -> tuple[Floats, Floats]:
        """Low and high, within 0-100."""
        half = stats.norm.ppf(0.5 + confidence / 2) * self.sd
        return np.clip(self.value - half, 0, 100), np.clip(self.value + half, 0, 100)


def chance_of_meeting(
    value: ArrayLike, sd: ArrayLike, target: ArrayLike, direction: int = 1, target_variance: ArrayLike = 0.0
) -> Floats:
    """The probability that the figure ends on the good side of ``target``, itself known up to ``target_variance``."""
    spread = np.sqrt(np.asarray(sd, float) ** 2 + np.asarray(target_variance, float))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(stats.norm.cdf(direction * (np.asarray(value, float) - np.asarray(target, float)) / spread))


def filtered(sums: Sums, kin: Kin, elapsed: float = 1.0) -> Now:
    """Where every area stands after the last month of ``sums`` [area, month], of which the share ``elapsed`` of its days is in.

    Months are oldest first and end with the one of now; ``kin`` as of each month, parents before or after their children.
    """
    shape = sums.n.shape
    state = _State(*(np.full(shape, np.nan) for _ in range(2)), *(np.zeros(shape[0]) for _ in range(7)))
    last = kin.parent[:, -1]
    for rows in _generations(last):
        _advance(state, sums.take(rows), rows, kin.parent[rows], elapsed)
    known = (state.level, state.variance, state.drift, state.noise, state.answer)
    return Now(*known, state.month[:, -1], state.month_variance[:, -1])


@dataclass(frozen=True)
class _State:
    month: Floats  # [area, month] expected true mean given what came until then
    month_variance: Floats
    level: Floats
    variance: Floats
    drift: Floats
    noise: Floats
    answer: Floats
    part: Floats  # of the last month: the mean of the days that are in
    part_variance: Floats


def _generations(parent: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Areas by their distance from the top."""
    depth, at = np.zeros(len(parent), np.int64), parent.copy()
    while (at >= 0).any():
        depth[at >= 0] += 1
        at = np.where(at >= 0, parent[at], -1)
    for each in range(int(depth.max(initial=0)) + 1):
        yield np.flatnonzero(depth == each)


def _advance(state: _State, sums: Sums, rows: NDArray[np.int64], parent: NDArray[np.int64], elapsed: float) -> None:
    """One generation, given the one above."""
    spread = np.asarray(pooled_variance(sums.n_eff, sums.swx2, sums.swx, sums.sw))
    known = np.isfinite(spread) & (spread > 0)
    answer = float(np.mean(spread[known])) if known.any() else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        sampling = np.where(sums.n_eff > 0, answer / sums.n_eff, np.inf)
    root = parent[:, -1] < 0
    above, columns = np.where(parent >= 0, parent, parent[:, -1:]), np.arange(parent.shape[1])
    base = np.where(root[:, None], 0.0, state.month[above, columns])
    base_variance = np.where(root[:, None], 0.0, state.month_variance[above, columns])
    if not root.any():
        base[:, -1], base_variance[:, -1] = state.part[above[:, -1]], state.part_variance[above[:, -1]]
    deviation = np.where(np.isfinite(sums.mean) & np.isfinite(base), sums.mean - base, 0.0)
    error = np.where(np.isfinite(base), sampling + base_variance, np.inf)
    found = learn(deviation[:, :-1], error[:, :-1], vague=bool(root.all()))
    own = _run(deviation, error, found, elapsed, vague=bool(root.all()))
    _add_up(state, rows, above, own, found, answer, root, elapsed)


@dataclass(frozen=True)
class _Own:
    """Of the deviation itself [area, month] and, for the last month, its level and the part of it that is in."""

    month: Floats
    month_variance: Floats
    level: Floats
    variance: Floats
    part: Floats
    part_variance: Floats


def _add_up(state: _State, rows: NDArray[np.int64], above: NDArray[np.int64], own: _Own, found: Variances, answer: float,
            root: NDArray[np.bool_], elapsed: float) -> None:  # fmt: skip
    """The area is its parent and its deviation."""
    up, columns = above[:, -1], np.arange(above.shape[1])

    def plus(mine: Floats, parents: Floats) -> Floats:
        return np.where(root if mine.ndim == 1 else root[:, None], mine, mine + parents)

    state.month[rows] = plus(own.month, state.month[above, columns])
    state.month_variance[rows] = plus(own.month_variance, state.month_variance[above, columns])
    for target, mine in ((state.level, own.level), (state.variance, own.variance), (state.part, own.part),
                         (state.part_variance, own.part_variance)):  # fmt: skip
        target[rows] = plus(mine, target[up])
    for target, value in ((state.drift, found.drift), (state.noise, found.noise)):
        target[rows] = plus(np.full(len(rows), value), target[up])
    state.answer[rows] = answer


def learn(deviation: Floats, error: Floats, *, vague: bool = False) -> Variances:
    """Maximum likelihood of the variances over the areas of a level: deviations [area, month] with their error variances."""
    heard = np.flatnonzero(np.isfinite(error).sum(axis=1) >= 2)
    if not heard.size or deviation.shape[1] < 2:
        return Variances(START, DRIFT, NOISE)
    chosen = heard[np.linspace(0, len(heard) - 1, min(LEARNT_FROM, len(heard))).astype(int)]
    y, v = deviation[chosen], error[chosen]

    def unlikely(logs: Floats) -> float:
        found = _variances(logs)
        return -_likelihood(y, v, found, vague) + 0.5 * float(((logs - first) ** 2 / 9).sum())  # few months: stay near usual ones

    first = np.log([START, DRIFT, NOISE])
    best = optimize.minimize(unlikely, first, method="Nelder-Mead", options={"maxfev": 90, "xatol": 0.05, "fatol": 0.05})
    return _variances(best.x)


def _variances(logs: Floats) -> Variances:
    start, drift, noise = np.exp(np.clip(logs, -12, 12))
    return Variances(min(start, MOST), float(np.clip(drift, LEAST_DRIFT, MOST)), float(np.clip(noise, LEAST_NOISE, MOST)))


def _likelihood(y: Floats, v: Floats, found: Variances, vague: bool) -> float:
    level, variance, total = np.zeros(len(y)), np.full(len(y), VAGUE if vague else found.start), 0.0
    for month in range(y.shape[1]):
        spread, error = variance + found.noise + v[:, month], y[:, month] - level
        there = np.isfinite(spread)
        if not (vague and month == 0):
            total -= 0.5 * float(np.sum(np.log(spread[there]) + error[there] ** 2 / spread[there]))
        gain = np.where(there, variance / spread, 0.0)
        level, variance = level + gain * error, variance * (1 - gain) + found.drift
    return total


def _run(y: Floats, v: Floats, found: Variances, elapsed: float, *, vague: bool) -> _Own:
    """The filter over all months; of the last one the share ``elapsed`` is in."""
    level, variance = np.zeros(len(y)), np.full(len(y), VAGUE if vague else found.start)
    month, month_variance = np.zeros(y.shape), np.zeros(y.shape)
    for at in range(y.shape[1]):
        share = elapsed if at == y.shape[1] - 1 else 1.0
        spread, error = variance + found.noise / share + v[:, at], y[:, at] - level
        both, part = variance + found.noise, variance + found.noise / share
        month[:, at] = level + both / spread * error
        month_variance[:, at] = both - both**2 / spread
        so_far, so_far_variance = level + part / spread * error, part - part**2 / spread
        level, variance = level + variance / spread * error, variance * (1 - variance / spread)
        if at < y.shape[1] - 1:
            variance = variance + found.drift
    return _Own(month, month_variance, level, variance, so_far, so_far_variance)


def forecast(sums: Sums, now: Now, span: Span, elapsed: float = 1.0) -> Forecast:
    """The figure of the running period ``span`` at its end; ``sums`` and ``elapsed`` as :func:`filtered` was given them.

    A month weighs what recent months weighed; within the month of now answers count alike, for its weights are made anew
    when it ends.
    """
    usual = _usual(sums, elapsed)
    done = slice(sums.n.shape[1] - 1 - span.done, sums.n.shape[1] - 1)
    weight, total = sums.sw[:, done].sum(axis=1), sums.swx[:, done].sum(axis=1)
    coming = usual.n_eff * (1 - elapsed)
    n_now = sums.n_eff[:, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        so_far = np.where(n_now + coming > 0, n_now / (n_now + coming), 0.0)
        so_far = np.where(coming <= 0, 1.0, so_far)
        here = np.nan_to_num(sums.mean[:, -1])
        rest, later = (1 - so_far) * usual.weight, np.full(span.ahead, 1.0)[None, :] * usual.weight[:, None]
        whole = weight + usual.weight * (1 + span.ahead)
        to_come = rest + later.sum(axis=1)
        value = (total + so_far * usual.weight * here + to_come * now.level) / whole
        before = whole - to_come
        sofar = (total + so_far * usual.weight * here) / before
        fewer = np.nan_to_num((now.level - sofar) * before / whole * to_come / whole) ** 2 * _unsure(usual, to_come)
        sd = np.sqrt(_to_come(now, usual, rest, later, elapsed) / whole**2 + fewer)
    known = (whole > 0) & np.isfinite(value)
    return Forecast(np.where(known, value, np.nan), np.where(known, sd, np.nan))


@dataclass(frozen=True)
class _Usual:
    """What a month brings [area]: effective answers and weight."""

    n_eff: Floats
    weight: Floats


def _usual(sums: Sums, elapsed: float) -> _Usual:
    if sums.n.shape[1] > 1:
        recent = slice(max(sums.n.shape[1] - 1 - RECENT, 0), sums.n.shape[1] - 1)
        n_eff, weight = sums.n_eff[:, recent].mean(axis=1), sums.sw[:, recent].mean(axis=1)
    else:
        n_eff, weight = np.zeros(len(sums.n)), np.zeros(len(sums.n))
    known = n_eff > 0
    return _Usual(np.where(known, n_eff, sums.n_eff[:, -1] / elapsed), np.where(known, weight, sums.sw[:, -1]))


def _unsure(usual: _Usual, to_come: Floats) -> Floats:
    """The relative variance of how many answers are to come: they are counts, expected from a few months' counts."""
    with np.errstate(divide="ignore", invalid="ignore"):
        coming = usual.n_eff * to_come / usual.weight
        return np.where(coming > 0, 1 / coming + 1 / (RECENT * usual.n_eff), 0.0)


def _to_come(now: Now, usual: _Usual, rest: Floats, later: Floats, elapsed: float) -> Floats:
    """The variance of the weighted sum of what is to come: the level it shares, its drift, each month's noise and sampling."""
    shared = (rest + later.sum(axis=1)) ** 2 * now.variance
    behind = np.cumsum(later[:, ::-1], axis=1)[:, ::-1]  # what comes from each month on
    drift = (behind**2).sum(axis=1) * now.drift
    with np.errstate(divide="ignore", invalid="ignore"):
        sampling = np.where(usual.n_eff > 0, now.answer / usual.n_eff, 0.0)
        own = np.where(rest > 0, rest**2 * (now.noise + sampling) / (1 - elapsed), 0.0) if elapsed < 1 else 0.0
    return np.asarray(shared + drift + own + (later**2).sum(axis=1) * (now.noise + sampling))
