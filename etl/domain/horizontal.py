"""Horizontal split of an area's outcome targets into lifts of process indicators, jointly over the outcomes.

    minimise Σ y_i²/2a_i   subject to   Σ_i β_ki y_i ≥ D_k for every outcome k,   0 ≤ y_i ≤ U_i

β is points of outcome per unit of improvement of the indicator, 0 where not proven; a is how easily an indicator is lifted. It is
a least-distance problem and solved exactly as one (Lawson & Hanson, Solving Least Squares Problems, 1974, chapter 23).
With one outcome it is y = clip(λβa, 0, U).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

Floats = NDArray[np.float64]

NOTHING = 1e-12  # a gap or a reach as small as this counts as none


@dataclass(frozen=True)
class Split:
    """``lift`` [indicator] in units of improvement; the others [outcome] in points.

    ``reach`` is Σ_i β_ki U_i, what all indicators at their caps would bring; ``coverage`` is reach / D, NaN where nothing is
    needed (D ≤ 0); ``brought`` what the lifts bring; ``shortfall`` what even the caps do not bring.
    """

    lift: Floats
    reach: Floats
    coverage: Floats
    brought: Floats
    shortfall: Floats


def split(beta: ArrayLike, gap: ArrayLike, cap: ArrayLike, ease: ArrayLike) -> Split:
    """The least effort that brings every outcome's ``gap`` [outcome], or as much of it as the caps allow.

    ``beta`` [outcome, indicator] ≥ 0, ``cap`` [indicator] ≥ 0 (infinite: none), ``ease`` [indicator] > 0.
    Raises ValueError for other values.
    """
    b, d, u, a = (np.asarray(part, float) for part in (beta, gap, cap, ease))
    if not (np.isfinite(b).all() and (b >= 0).all()):
        raise ValueError("beta must be 0 or more; what is not proven is 0, what works the other way is given signed by direction")
    if not ((u >= 0).all() and (a > 0).all() and np.isfinite(a).all() and np.isfinite(d).all()):
        raise ValueError("caps must be 0 or more, eases above 0, gaps finite")
    with np.errstate(invalid="ignore", divide="ignore"):
        reach = np.where(b > 0, b * u, 0.0).sum(axis=1)
        coverage = np.where(d > NOTHING, reach / np.where(d > NOTHING, d, 1.0), np.nan)
    wanted = np.clip(d, 0.0, reach)
    lift = np.clip(_least_distance(b, wanted, u, a), 0.0, u)
    return Split(lift, reach, coverage, b @ lift, np.maximum(d - reach, 0.0))


def _least_distance(b: Floats, wanted: Floats, u: Floats, a: Floats) -> Floats:
    """min |z| with G z ≥ h for z = y/√a, by non-negative least squares on the dual."""
    needed = wanted > NOTHING
    if not needed.any():
        return np.zeros(a.size)
    used = np.flatnonzero((b[needed] > 0).any(axis=0) & (u > 0))
    root, capped = np.sqrt(a[used]), np.isfinite(u[used])
    rows = b[needed][:, used] * root / wanted[needed, None]  # each outcome's row asks for 1
    scale = 1.0 / max(float(np.abs(rows).max()), NOTHING)
    g = np.vstack([rows * scale, -np.eye(used.size)[capped]])
    h = np.concatenate([np.full(rows.shape[0], 1.0), -(u[used] / root / scale)[capped]])
    stacked = np.vstack([g.T, h])
    multipliers, _ = nnls(stacked, np.append(np.zeros(used.size), 1.0), maxiter=50 * stacked.shape[1])
    residual = stacked @ multipliers
    residual[-1] -= 1.0
    lift = np.zeros(a.size)
    lift[used] = residual[:-1] / -residual[-1] * scale * root
    return lift
