"""Many weekly series at once: readings out of their usual limits, and surges of counts above what their past lets one expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student

from etl.domain.control_chart import MOVING_RANGE
from etl.domain.surge import surge

Floats = NDArray[np.float64]

MOST_MEMORY = 0.95
FEWEST = 4  # periods, to tell memory at all


@dataclass(frozen=True)
class Against:
    """[series]: what was expected of the tested period, the limit on the bad side, and ``s`` in standard deviations (lower is
    worse); NaN where the past is too short."""

    expected: Floats
    limit: Floats
    s: Floats


def out_of_limits(past: Floats, now: Floats, direction: float, sigmas: float, least: int) -> Against:
    """Readings ``now`` [series] against ``past`` [series, period], NaN where none; fewer than ``least`` (or four) are too few.

    The spread is that from one period to the next or that of the whole past, whichever is larger: seasons are no alarm. Readings
    that remember the one before wander further than a short past shows, and its spread is known the worse: both are counted, so
    that ``sigmas`` mean the same chance as of a normal reading.
    """
    count = np.isfinite(past).sum(axis=1)
    known = count >= max(least, FEWEST)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.nansum(past, axis=1) / count
        about = np.sqrt(np.nansum((past - centre[:, None]) ** 2, axis=1) / (count - 1))
        steps = np.abs(np.diff(past, axis=1))
        ranges = np.nansum(steps, axis=1) / np.isfinite(steps).sum(axis=1) / MOVING_RANGE
        periods = float(np.median(count[known])) if known.any() else float(max(least, FEWEST))
        memory = _memory((past - centre[:, None]) / about[:, None], periods)
        spread = np.fmax(about, ranges) * _stretch(memory, periods)
        beyond = direction * (now - centre) / spread
        s = -np.sign(beyond) * norm.ppf(student.sf(np.abs(beyond), periods - 1))
    there, reach = known & np.isfinite(s), float(student.isf(norm.sf(sigmas), periods - 1))
    blank = np.nan
    return Against(
        np.where(known, centre, blank), np.where(known, centre - direction * reach * spread, blank), np.where(there, s, blank)
    )


def _memory(z: Floats, periods: float) -> float:
    """How much of a departure is there again in the next period, of all series [series, period] together; never below 0.

    Corrected for the mean being estimated from the same periods: Kendall (1954), Biometrika 41:403.
    """
    pairs = z[:, :-1] * z[:, 1:]
    known = np.isfinite(pairs)
    seen = float(np.where(known, pairs, 0.0).sum() / max(known.sum(), 1))
    return float(np.clip((seen + 1 / periods) / (1 - 3 / periods), 0.0, MOST_MEMORY))


def _stretch(memory: float, periods: float) -> float:
    """How far the next reading lies from the mean of the past, in standard deviations as the past shows them: without memory
    the root of 1 + 1/n, with it more, for a short past shows but a part of the wandering."""
    lags = np.arange(1, periods)
    mean = (1 + 2 * ((1 - lags / periods) * memory**lags).sum()) / periods  # the variance of the mean, beside that of a reading
    along = (memory ** np.arange(1, periods + 1)).sum() / periods  # its covariance with the next reading
    return float(np.sqrt((1 + mean - 2 * along) / ((1 - mean) * periods / (periods - 1))))


def above_expected(counts: Floats, exposure: Floats, tail: float, large: float) -> Against:
    """Counts [series, period] of the last period against all before, with an offset for the exposure; ``tail`` is the chance of a
    false surge in one period. From ``large`` expected counts on, Laney's u′ takes the place of the quasi-Poisson limit."""
    shape = counts.shape[0]
    expected, limit = np.full(shape, np.nan), np.full(shape, np.nan)
    rows = np.flatnonzero((exposure > 0).all(axis=1) & (counts[:, :-1].sum(axis=1) > 0))
    if rows.size:
        found = surge(
            counts[rows], counts.shape[1] - 1, exposure[rows], years=counts.shape[1] - 1, half_window=0, season=1, alpha=2 * tail
        )
        expected[rows], limit[rows] = found.expected, found.upper
    big = np.flatnonzero(expected >= large)
    if big.size:
        expected[big], limit[big] = _laney(counts[big], exposure[big], tail)
    with np.errstate(invalid="ignore", divide="ignore"):
        s = -norm.isf(tail) * (counts[:, -1] - expected) / (limit - expected)
    return Against(expected, limit, s)


def _laney(counts: Floats, exposure: Floats, tail: float) -> tuple[Floats, Floats]:
    """Expected count and upper limit of the last period. Source: Laney (2002), Quality Engineering 14:531."""
    past, base = counts[:, :-1], exposure[:, :-1]
    centre = past.sum(axis=1) / base.sum(axis=1)
    z = (past / base - centre[:, None]) / np.sqrt(centre[:, None] / base)
    stretch = np.maximum(np.abs(np.diff(z, axis=1)).mean(axis=1) / MOVING_RANGE, 1.0)
    expected = centre * exposure[:, -1]
    return expected, expected + norm.isf(tail) * stretch * np.sqrt(expected)
