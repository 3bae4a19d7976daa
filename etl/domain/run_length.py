"""How long a control chart runs before it signals: zero-state average run lengths under normal observations.

The integral equations are solved at Gauss-Legendre nodes (Nyström), which is exact to many digits where the kernel is smooth.
Sources: Crowder (1987), Technometrics 29:401 (EWMA); Page (1954), Biometrika 41:100 and Brook & Evans (1972), Biometrika 59:539
(CUSUM). A shift is in standard deviations, in the direction that the chart looks for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]

NODES = 200
DEEPEST = 9.0  # deviations; no chart in control gets there


def ewma_two_sided(weight: float, limit: float, shift: float = 0.0) -> float:
    """ARL of |EWMA| against ``limit`` standard deviations of the chart at its own limit, √(λ/(2-λ))."""
    edge = limit * spread(weight)
    nodes, weights = _legendre(-edge, edge)

    def density(start: Floats) -> Floats:
        return norm.pdf((nodes - (1 - weight) * start[:, None]) / weight - shift) / weight

    length = np.linalg.solve(np.eye(nodes.size) - density(nodes) * weights, np.ones(nodes.size))
    return float(1 + density(np.zeros(1))[0] * weights @ length)


def ewma_one_sided(weight: float, limit: float, shift: float = 0.0, *, reflected: bool = True, single: float = math.inf) -> float:
    """ARL of a chart for falls: signals when the EWMA of z is under -``limit`` deviations, or one z under -``single``.

    ``reflected``: the chart never rises over 0. ``shift`` is downwards. Without reflection the upper end is cut far off.
    """
    edge, top = limit * spread(weight), 0.0 if reflected else 12 * spread(weight)
    nodes, weights = _legendre(-edge, top, NODES * 4 if math.isfinite(single) else NODES)  # a second limit cuts the kernel

    def density(start: Floats) -> Floats:
        z = (nodes - (1 - weight) * start[:, None]) / weight
        return np.where(z >= -single, norm.pdf(z + shift) / weight, 0.0)

    def to_top(start: Floats) -> Floats:
        """The chance to be set on the top from ``start``."""
        return norm.sf(np.maximum((top - (1 - weight) * start) / weight, -single) + shift)

    return _with_atom(nodes, weights, density, to_top, start=0.0, top=top)


@cache
def _resting(weight: float) -> tuple[Floats, Floats]:
    """Standard deviations below 0, and the chance that a reflected chart in control stands as low or lower, in the long run."""
    low = -DEEPEST * spread(weight)
    nodes, weights = _legendre(low, 0.0, 2 * NODES)
    places = np.append(nodes, 0.0)
    kernel = norm.pdf((nodes - (1 - weight) * places[:, None]) / weight) / weight * weights
    kernel = np.column_stack([kernel, norm.sf(-(1 - weight) * places / weight)])
    kernel /= kernel.sum(axis=1, keepdims=True)
    balance = np.vstack([kernel.T - np.eye(places.size), np.ones(places.size)])
    share = np.linalg.lstsq(balance, np.append(np.zeros(places.size), 1.0), rcond=None)[0]
    # each node stands for the stretch about it: half of its own share counts as lower
    return -nodes[::-1] / spread(weight), np.maximum((np.cumsum(share[:-1]) - share[:-1] / 2)[::-1], np.finfo(float).tiny)


def resting_below(weight: float, s: ArrayLike) -> Floats:
    """The chance that a reflected chart in control stands at ``s`` deviations or lower; 1 at 0, NaN where ``s`` is."""
    deep, chance = _resting(weight)
    depth = -np.minimum(np.asarray(s, float), 0.0)
    found = np.exp(np.interp(depth, deep, np.log(chance)))
    return np.where(depth <= 0, 1.0, np.where(np.isnan(depth), np.nan, found))


def cusum_two_sided(reference: float, limit: float, shift: float = 0.0) -> float:
    """ARL of a two-sided CUSUM; the two sides never signal together, so their rates add up."""
    return 1 / (1 / _cusum(reference, limit, shift) + 1 / _cusum(reference, limit, -shift))


def spread(weight: float) -> float:
    """Standard deviation of an EWMA of unit normals in the long run."""
    return math.sqrt(weight / (2 - weight))


def _cusum(reference: float, limit: float, shift: float) -> float:
    nodes, weights = _legendre(0.0, limit)

    def density(start: Floats) -> Floats:
        return norm.pdf(nodes + reference - start[:, None] - shift)

    return _with_atom(nodes, weights, density, lambda start: norm.cdf(reference - start - shift), start=0.0, top=0.0)


def _with_atom(
    nodes: Floats,
    weights: Floats,
    density: Callable[[Floats], Floats],
    to_atom: Callable[[Floats], Floats],
    *,
    start: float,
    top: float,
) -> float:
    """ARL from ``start`` for a chart that may be set back on one point, ``top``, with a probability of its own."""
    places = np.append(nodes, top)
    kernel = np.column_stack([density(places) * weights, to_atom(places)])
    length = np.linalg.solve(np.eye(places.size) - kernel, np.ones(places.size))
    here = np.array([start])
    return float(1 + np.append(density(here)[0] * weights, to_atom(here)) @ length)


def _legendre(low: float, high: float, count: int = NODES) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (high - low) / 2 * nodes + (high + low) / 2, (high - low) / 2 * weights
