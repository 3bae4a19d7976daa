"""A panel of areas and months: how an outcome moves with process indicators, each area compared with itself and each month
with itself, over lags of whole months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from etl.domain.estimate import CONFIDENCE

Floats = NDArray[np.float64]
Whole = NDArray[np.integer]


@dataclass(frozen=True)
class Regression:
    """Coefficients ``[p]`` with their cluster-robust covariance; ``n`` rows, ``clusters``, ``kept``: columns that vary."""

    beta: Floats
    covariance: Floats
    n: int
    clusters: int
    kept: NDArray[np.bool_]


@dataclass(frozen=True)
class Combined:
    """A sum of coefficients with its t interval on clusters - 1 and two-sided p."""

    value: float
    se: float
    low: float
    high: float
    p: float


def lagged(values: Floats, lags: int) -> Floats:
    """``values`` [unit, time, …] as they were 0 … ``lags`` periods ago, ``[unit, time, …, lag]``; NaN before the beginning."""
    out = np.full((*values.shape, lags + 1), np.nan)
    for lag in range(min(lags, values.shape[1] - 1) + 1):
        out[:, lag:, ..., lag] = values[:, : values.shape[1] - lag]
    return out


def fixed_effects(y: Floats, x: Floats, unit: Whole, time: Whole, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Outcome, regressors and residual maker of a two-way model, rows scaled by √weight.

    Unit means are taken out exactly and the months' dummies, likewise treated, are regressed out (Frisch–Waugh–Lovell), so that
    an unbalanced panel comes out as with all dummies. Returns (y, x, month dummies), each orthogonal to the units.
    """
    months = np.unique(time)
    dummies = (time[:, None] == months[1:]).astype(float)
    root = np.sqrt(weight)[:, None]
    parts = [(_less_means(part, unit, weight) * root) for part in (y[:, None], x, dummies)]
    basis = np.linalg.qr(parts[2])[0] if len(months) > 1 else parts[2]
    basis = basis[:, np.abs(basis).sum(axis=0) > 0]
    y_left, x_left = (part - basis @ (basis.T @ part) for part in parts[:2])
    return y_left[:, 0], x_left, basis


def _less_means(part: Floats, unit: Whole, weight: Floats) -> Floats:
    """Columns less their weighted mean in each unit."""
    total = np.maximum(np.bincount(unit, weight), 1e-300)
    means = np.column_stack([np.bincount(unit, weight * column) / total for column in part.T]) if part.shape[1] else part[:0]
    return part - means[unit] if part.shape[1] else part


def regress(y: Floats, x: Floats, unit: Whole, time: Whole, weight: Floats, cluster: Whole) -> Regression:
    """Two-way fixed-effects regression with standard errors robust to anything alike within a ``cluster`` (CR1).

    Rows must be without gaps. Columns that the effects leave nothing of have coefficient 0 and are not ``kept``.
    Source: Liang & Zeger (1986); the factor G/(G-1)·(n-1)/(n-k) as in Cameron & Miller (2015).
    """
    y_left, x_left, basis = fixed_effects(y, x, unit, time, weight)
    scale = np.sqrt((x_left**2).sum(axis=0))
    total = np.sqrt((x**2 * weight[:, None]).sum(axis=0))
    kept = scale > 1e-9 * np.maximum(total, 1e-300)
    used = x_left[:, kept] / scale[kept]
    bread = np.linalg.pinv(used.T @ used, hermitian=True)
    beta = bread @ used.T @ y_left
    left = (y_left - used @ beta)[:, None] * used
    groups, at = np.unique(cluster, return_inverse=True)
    scores = np.column_stack([np.bincount(at, column) for column in left.T]) if kept.any() else np.zeros((len(groups), 0))
    lost = len(np.unique(unit)) + basis.shape[1] + kept.sum()
    g = len(groups)
    factor = g / max(g - 1, 1) * (len(y) - 1) / max(len(y) - lost, 1)
    inner = factor * bread @ (scores.T @ scores) @ bread / np.outer(scale[kept], scale[kept])
    full_beta, full_cov = np.zeros(len(kept)), np.zeros((len(kept), len(kept)))
    full_beta[kept] = beta / scale[kept]
    full_cov[np.ix_(kept, kept)] = inner
    return Regression(full_beta, full_cov, len(y), g, kept)


def combine(found: Regression, weights: ArrayLike, confidence: float = CONFIDENCE) -> Combined:
    """The interval of ``weights`` · coefficients (all lags of one indicator added up, say)."""
    along = np.asarray(weights, float)
    value, se = float(along @ found.beta), float(np.sqrt(max(along @ found.covariance @ along, 0.0)))
    degrees = max(found.clusters - 1, 1)
    half = float(stats.t.ppf(0.5 + confidence / 2, degrees)) * se
    chance = float(2 * stats.t.sf(abs(value) / se, degrees)) if se > 0 else 1.0
    return Combined(value, se, value - half, value + half, chance)


def proven(p: ArrayLike, rate: float = 0.10) -> NDArray[np.bool_]:
    """Which of several tested at once hold when at most ``rate`` of those called so may be false (BH). NaN never holds.

    Source: Benjamini & Hochberg (1995).
    """
    chances = np.asarray(p, float)
    known = np.isfinite(chances)
    out = np.zeros(chances.shape, bool)
    if known.any():
        out[known] = stats.false_discovery_control(chances[known]) <= rate
    return out
