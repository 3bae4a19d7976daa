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
    """Two-way fixed-effects regression with standard errors robust to anything alike within a ``cluster`` (jackknife, CR3).

    Rows must be without gaps. Columns that the effects leave nothing of have coefficient 0 and are not ``kept``. The jackknife
    holds its word with few clusters, where the usual sandwich is too sure. Source: MacKinnon, Nielsen & Webb (2023).
    """
    y_left, x_left, _ = fixed_effects(y, x, unit, time, weight)
    scale = np.sqrt((x_left**2).sum(axis=0))
    total = np.sqrt((x**2 * weight[:, None]).sum(axis=0))
    kept = scale > 1e-9 * np.maximum(total, 1e-300)
    used = x_left[:, kept] / scale[kept]
    beta, spread, clusters = _jackknife(y_left, used, cluster)
    full_beta, full_spread = np.zeros(len(kept)), np.zeros((len(kept), len(kept)))
    full_beta[kept] = beta / scale[kept]
    full_spread[np.ix_(kept, kept)] = spread / np.outer(scale[kept], scale[kept])
    return Regression(full_beta, full_spread, len(y), clusters, kept)


def _jackknife(y: Floats, x: Floats, cluster: Whole) -> tuple[Floats, Floats, int]:
    """Least squares, and its covariance from leaving out one cluster at a time."""
    groups, at = np.unique(cluster, return_inverse=True)
    rows = [np.flatnonzero(at == one) for one in range(len(groups))]
    grams = [x[one].T @ x[one] for one in rows]
    sides = [x[one].T @ y[one] for one in rows]
    gram, side = sum(grams, np.zeros((x.shape[1],) * 2)), sum(sides, np.zeros(x.shape[1]))
    beta = np.linalg.pinv(gram, hermitian=True) @ side
    tiny = 1e-10 * np.eye(x.shape[1])  # a column may lose all it has with one cluster
    left_out = np.array([np.linalg.solve(gram - one + tiny, side - other) for one, other in zip(grams, sides, strict=True)])
    apart = left_out - beta
    return beta, (len(groups) - 1) / max(len(groups), 1) * apart.T @ apart, len(groups)


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
