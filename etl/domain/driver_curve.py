"""Diminishing returns: the nearer a score is to its ceiling, the less one unit more of a driver goes with.

``s(k) = S − (S − b) e^(−k/κ)``: b where the driver stands now (k = 0), S the ceiling, κ the units after which the gap is down to
a 1/e. Its first slope is (S − b)/κ, so a slope β alone fixes κ = (S − b)/β.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from etl.domain.estimate import CONFIDENCE

CEILING = 100.0  # a score cannot pass it

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """A fitted curve; κ with its interval (``high`` may be infinite: no bend and perhaps no effect is ruled out)."""

    ceiling: float
    base: float
    kappa: float
    low: float
    high: float


def score(k: ArrayLike, base: ArrayLike, kappa: ArrayLike, ceiling: float = CEILING) -> Floats:
    """The score at ``k`` units of improvement (negative: of worsening)."""
    gap = ceiling - np.asarray(base, float)
    with np.errstate(over="ignore"):
        return np.asarray(ceiling - gap * np.exp(-np.asarray(k, float) / np.asarray(kappa, float)))


def lift(k: ArrayLike, slope: ArrayLike, base: ArrayLike, ceiling: float = CEILING) -> Floats:
    """Points gained by ``k`` units when the first slope is ``slope`` (any sign) and the score stands at ``base``."""
    gap = np.maximum(ceiling - np.asarray(base, float), 1e-9)
    return np.asarray(gap * -np.expm1(-np.asarray(slope, float) * np.asarray(k, float) / gap))


def from_slope(slope: float, low: float, high: float, base: float, ceiling: float = CEILING) -> Curve:
    """The curve through ``base`` with this first slope, where the data tell a slope and no bend. ``low`` must be positive
    for κ to be bounded. Raises :class:`ValueError` without a positive slope or without room below the ceiling."""
    gap = ceiling - base
    if slope <= 0 or gap <= 0:
        raise ValueError("diminishing returns need a positive slope and room below the ceiling")
    return Curve(ceiling, base, gap / slope, gap / high, gap / low if low > 0 else np.inf)


def fit(
    k: Floats, s: Floats, weight: Floats | None = None, ceiling: float = CEILING, confidence: float = CONFIDENCE
) -> Curve:
    """Base and κ by weighted least squares, ``k`` in units of improvement, ``s`` scores below ``ceiling``.

    The interval of κ is that of 1/κ (which is nearer to normal), by t on n - 2. Raises :class:`ValueError` when nothing rises.
    """
    root = np.sqrt(np.ones(len(k)) if weight is None else weight)
    slope, base = np.polyfit(k, s, 1, w=root)
    if slope <= 0 or base >= ceiling:
        raise ValueError("the score does not rise with the driver")

    def left(at: Floats) -> Floats:
        return np.asarray(root * (s - (ceiling - at[0] * np.exp(-k * at[1]))))

    found = optimize.least_squares(left, [ceiling - base, slope / (ceiling - base)], x_scale="jac")
    spread = np.linalg.inv(found.jac.T @ found.jac) * 2 * found.cost / max(len(k) - 2, 1)
    half = float(stats.t.ppf(0.5 + confidence / 2, max(len(k) - 2, 1)) * np.sqrt(spread[1, 1]))
    rate = float(found.x[1])
    if rate <= 0:
        raise ValueError("the score does not rise with the driver")
    return Curve(ceiling, ceiling - float(found.x[0]), 1 / rate, 1 / (rate + half), 1 / (rate - half) if rate > half else np.inf)
