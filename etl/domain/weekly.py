"""Many weekly series at once: readings out of their usual limits, and surges of counts above what their past lets one expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from etl.domain.control_chart import MOVING_RANGE
from etl.domain.surge import surge

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Against:
    """[series]: what was expected of the tested period, the limit on the bad side, and ``s`` in standard deviations (lower is
    worse); NaN where the past is too short."""

    expected: Floats
    limit: Floats
    s: Floats


def out_of_limits(past: Floats, now: Floats, direction: float, sigmas: float, least: int) -> Against:
    """Readings ``now`` [series] against ``past`` [series, period], NaN where none; fewer than ``least`` are too few.

    The spread is that from one period to the next or that of the whole past, whichever is larger: seasons are no alarm.
    """
    known = np.isfinite(past).sum(axis=1) >= least
    with np.errstate(invalid="ignore", divide="ignore"):
        count = np.isfinite(past).sum(axis=1)
        centre = np.nansum(past, axis=1) / count
        about = np.sqrt(np.nansum((past - centre[:, None]) ** 2, axis=1) / (count - 1))
        steps = np.abs(np.diff(past, axis=1))
        ranges = np.nansum(steps, axis=1) / np.isfinite(steps).sum(axis=1) / MOVING_RANGE
        spread = np.fmax(about, ranges)
        s = direction * (now - centre) / spread
    there = known & np.isfinite(s)
    blank = np.nan
    return Against(
        np.where(known, centre, blank), np.where(known, centre - direction * sigmas * spread, blank), np.where(there, s, blank)
    )


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
