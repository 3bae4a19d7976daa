"""Attribute control charts: p, and Laney's p′ and u′ for bases so large that the plain chart flags everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
SIGMAS = 3.0
MOVING_RANGE = 1.128  # d₂ of two: the mean moving range of a unit normal series


@dataclass(frozen=True)
class Chart:
    """Points with their centre, limits, which lie outside, and σz (1: no more variation than sampling explains)."""

    value: Floats
    centre: float
    low: Floats
    high: Floats
    outside: NDArray[np.bool_]
    sigma_z: float = 1.0


def p_chart(events: ArrayLike, n: ArrayLike) -> Chart:
    """Shares against the overall share, binomial limits."""
    return _chart(events, n, binomial=True, between=False)


def laney_p(events: ArrayLike, n: ArrayLike) -> Chart:
    """p′: limits stretched by σz, the variation from point to point. Source: Laney (2002), Quality Engineering 14:531."""
    return _chart(events, n, binomial=True, between=True)


def laney_u(events: ArrayLike, exposure: ArrayLike) -> Chart:
    """u′: the same for rates, Poisson limits."""
    return _chart(events, exposure, binomial=False, between=True)


def _chart(events: ArrayLike, n: ArrayLike, *, binomial: bool, between: bool) -> Chart:
    count, base = np.asarray(events, float), np.asarray(n, float)
    value, centre = count / base, float(count.sum() / base.sum())
    sigma = np.sqrt(centre * (1 - centre if binomial else 1) / base)
    stretch = _sigma_z((value - centre) / sigma) if between else 1.0
    half = SIGMAS * sigma * stretch
    return Chart(value, centre, centre - half, centre + half, np.abs(value - centre) > half, stretch)


def _sigma_z(z: Floats) -> float:
    return float(np.abs(np.diff(z)).mean() / MOVING_RANGE)
