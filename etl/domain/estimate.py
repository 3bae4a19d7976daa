"""Scores with their precision, from the sums a roll-up carries.

All functions take scalars or numpy arrays of one shape and broadcast. Scores are on 0-100.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

CONFIDENCE = 0.95
HIDDEN_BELOW = 5  # n or n_eff under this: not shown at all
UNRANKED_BELOW = 30  # n_eff under this: the shrunken value, grey, with interval, unranked
NORMAL_FROM = 100

Floats = NDArray[np.float64]


class Display(StrEnum):
    """How a survey score may be shown."""

    HIDDEN = "hidden"
    SHRUNKEN = "shrunken"  # grey, with interval, unranked
    INTERVAL = "interval"
    NORMAL = "normal"


@dataclass(frozen=True)
class Estimate:
    """A weighted mean with its two-sided interval; arrays of one shape."""

    value: Floats
    low: Floats
    high: Floats
    n_eff: Floats
    se: Floats


def n_eff(sw: ArrayLike, sw2: ArrayLike) -> Floats:
    """Kish's effective sample size (Σw)²/Σw²; 0 where there is no weight."""
    total, squares = np.asarray(sw, float), np.asarray(sw2, float)
    return np.divide(total**2, squares, out=np.zeros(np.broadcast(total, squares).shape), where=squares > 0)


def mean_interval(
    n: ArrayLike, sw: ArrayLike, sw2: ArrayLike, swx: ArrayLike, swx2: ArrayLike, confidence: float = CONFIDENCE
) -> Estimate:
    """Weighted mean with a t interval on n_eff - 1 degrees of freedom.

    The variance is the weighted one with the n_eff/(n_eff - 1) correction; NaN where n_eff ≤ 1 leaves it undefined.
    Source: Kish, Survey Sampling (1965), 11.7; the interval is clipped to 0-100.
    """
    count, total, sums, squares = (np.asarray(part, float) for part in (n, sw, swx, swx2))
    effective = np.minimum(n_eff(total, sw2), count)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(total > 0, sums / total, np.nan)
        spread = np.maximum(squares / total - value**2, 0.0) * effective / (effective - 1)
        se = np.where(effective > 1, np.sqrt(spread / effective), np.nan)
        half = special.stdtrit(np.maximum(effective - 1, 1e-9), 0.5 + confidence / 2) * se
    return Estimate(value, np.clip(value - half, 0, 100), np.clip(value + half, 0, 100), effective, se)


def wilson(successes: ArrayLike, n: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Wilson score interval of a share. Source: Wilson (1927), method 3 in Newcombe (1998)."""
    count, total = np.asarray(successes, float), np.asarray(n, float)
    z = special.ndtri(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = count / total
        centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
        half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def byar(events: ArrayLike, exposure: ArrayLike, per: float, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Interval of a rate per ``per``: exact Poisson below 10 events, Byar's approximation from there.

    Source: Breslow & Day, Statistical Methods in Cancer Research II (1987), 2.3.
    """
    count, base = np.asarray(events, float), np.asarray(exposure, float)
    z, tail = special.ndtri(0.5 + confidence / 2), (1 - confidence) / 2
    upper_count = count + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(count > 0, count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3, 0.0)
        high = upper_count * (1 - 1 / (9 * upper_count) + z / (3 * np.sqrt(upper_count))) ** 3
        exact_low = np.where(count > 0, special.gammaincinv(count, tail), 0.0)
        exact_high = special.gammaincinv(count + 1, 1 - tail)
        return np.where(count < 10, exact_low, low) * per / base, np.where(count < 10, exact_high, high) * per / base


def welch_difference(now: Estimate, before: Estimate, confidence: float = CONFIDENCE) -> tuple[Floats, Floats, Floats]:
    """Change of a score with its interval (Welch's t on the n_eff). Source: Welch (1947)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = now.se**2, before.se**2
        degrees = (first + second) ** 2 / (first**2 / (now.n_eff - 1) + second**2 / (before.n_eff - 1))
        half = special.stdtrit(degrees, 0.5 + confidence / 2) * np.sqrt(first + second)
    change = now.value - before.value
    return change, change - half, change + half


def display(n: float, effective: float) -> Display:
    """Which display rule a score with ``n`` answers and ``effective`` of them falls under."""
    if n < HIDDEN_BELOW or effective < HIDDEN_BELOW:
        return Display.HIDDEN
    if effective < UNRANKED_BELOW:
        return Display.SHRUNKEN
    return Display.INTERVAL if effective < NORMAL_FROM else Display.NORMAL


def displays(n: ArrayLike, effective: ArrayLike) -> NDArray[np.int64]:
    """:func:`display` of many scores at once, by place in :class:`Display`."""
    base = np.asarray(effective, float)
    shown = (np.asarray(n) >= HIDDEN_BELOW) & (base >= HIDDEN_BELOW)
    return np.where(shown, 1 + (base >= UNRANKED_BELOW) + (base >= NORMAL_FROM), 0)
