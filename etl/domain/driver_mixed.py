"""Slopes that differ from area to area: a linear mixed model by restricted maximum likelihood.

``y = Xβ + Z_i b_i + e`` with ``b_i`` normal, one block of random effects a group. Everything is computed from sums of products
a group, so that thousands of rows cost no more than their groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from etl.domain.estimate import CONFIDENCE

Floats = NDArray[np.float64]
LARGEST = 1e3  # of a random effect's sd against the residual's


@dataclass(frozen=True)
class Mixed:
    """Fixed effects with covariance, the random effects' covariance, residual variance, and each group's own deviation."""

    beta: Floats
    covariance: Floats
    random: Floats  # [q, q]
    residual: float
    deviations: Floats  # [group, q]
    groups: int
    n: int


@dataclass(frozen=True)
class Slope:
    """One slope with its t interval and two-sided p; ``differing`` is the sd of the groups' own slopes around it."""

    value: float
    se: float
    low: float
    high: float
    p: float
    differing: float
    groups: int
    n: int


@dataclass(frozen=True)
class _Sums:
    zz: Floats
    zx: Floats
    zy: Floats
    xx: Floats
    xy: Floats
    yy: float
    n: int


def fit(y: Floats, x: Floats, z: Floats, group: NDArray[np.integer], weight: Floats | None = None) -> Mixed:
    """The model's REML fit; ``x`` [row, p] and ``z`` [row, q] hold their constants themselves, ``weight`` is precision.

    The covariance of the random effects is free (correlated); a variance may come out as 0. Source: Bates et al. (2015), lme4.
    """
    sums = _sums(y, x, z, group, np.ones(len(y)) if weight is None else weight)
    q = z.shape[1]
    lower = np.tril_indices(q)
    start = np.eye(q)[lower]
    bounds = [(0.0, LARGEST) if i == j else (-LARGEST, LARGEST) for i, j in zip(*lower, strict=True)]
    tries = [
        optimize.minimize(lambda theta: _profile(theta, sums, lower)[0], first, method="L-BFGS-B", jac="3-point", bounds=bounds,
                          options={"ftol": 1e-12, "gtol": 1e-8, "maxiter": 300})
        for first in (start, start * 0.1)
    ]  # fmt: skip
    theta = min(tries, key=lambda one: one.fun).x
    return _solved(theta, sums, lower)


def slope(
    y: Floats, x: Floats, focal: int, nuisance: Floats, group: NDArray[np.integer], weight: Floats, *, spent: float = 0.0,
    confidence: float = CONFIDENCE,
) -> Slope:
    """The slope on column ``focal`` of ``x``, all other columns and ``nuisance`` [row, k] held, free to differ by ``group``.

    The others are regressed out of both sides first (Frisch–Waugh–Lovell), so that the mixed model is one of two fixed effects
    however many there are. ``spent`` is how many of the groups' own means the others have used up: as in any regression the
    variance between groups is made of what is left, and the interval is t on groups - 1 - ``spent``.
    """
    y_left, x_left = held(y, x, focal, nuisance, weight)
    scale = float(np.sqrt(np.average(x_left**2, weights=weight)))
    if not scale > 1e-9 * float(np.abs(x[:, focal]).max() + 1e-300):
        raise ValueError("nothing of the driver is left once the others are held")
    design = np.column_stack([np.ones(len(y)), x_left / scale])
    found = fit(y_left, design, design, group, weight / weight.mean())
    degrees = max(found.groups - 1 - spent, 1.0)
    lost = float(np.sqrt(max(found.groups - 1, 1) / degrees))
    value, se = found.beta[1] / scale, lost * float(np.sqrt(found.covariance[1, 1])) / scale
    half = float(stats.t.ppf(0.5 + confidence / 2, degrees)) * se
    chance = float(2 * stats.t.sf(abs(value) / se, degrees))
    differing = float(np.sqrt(max(found.random[1, 1], 0.0))) / scale
    return Slope(float(value), se, float(value - half), float(value + half), chance, differing, found.groups, found.n)


def held(y: Floats, x: Floats, focal: int, nuisance: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """What is left of ``y`` and of one column of ``x`` when everything else is regressed out of them (weighted)."""
    root = np.sqrt(weight)
    others = np.column_stack([np.ones(len(y)), np.delete(x, focal, axis=1), nuisance])
    size = np.sqrt((others**2).mean(axis=0))
    scaled = others[:, size > 0] / size[size > 0] * root[:, None]
    inverse = np.linalg.pinv(scaled.T @ scaled, hermitian=True)
    both = np.column_stack([y, x[:, focal] - np.average(x[:, focal], weights=weight)]) * root[:, None]
    left = (both - scaled @ (inverse @ (scaled.T @ both))) / root[:, None]
    return left[:, 0], left[:, 1]


def _sums(y: Floats, x: Floats, z: Floats, group: NDArray[np.integer], weight: Floats) -> _Sums:
    _, at = np.unique(group, return_inverse=True)
    groups = at.max() + 1

    def of(left: Floats, right: Floats) -> Floats:
        out = np.empty((groups, left.shape[1], right.shape[1]))
        for i in range(left.shape[1]):
            for j in range(right.shape[1]):
                out[:, i, j] = np.bincount(at, weight * left[:, i] * right[:, j], groups)
        return out

    weighted = x * weight[:, None]
    # the weights' determinant is a constant of the likelihood
    return _Sums(of(z, z), of(z, x), of(z, y[:, None])[:, :, 0], weighted.T @ x, weighted.T @ y, float(weight @ y**2), len(y))


def _profile(theta: Floats, sums: _Sums, lower: tuple[NDArray[np.integer], ...]) -> tuple[float, Floats, Floats, float]:
    """REML deviance with β and σ² profiled out; also β, the precision of β and σ²."""
    q = sums.zz.shape[1]
    scale = np.zeros((q, q))
    scale[lower] = theta
    inner = scale.T @ sums.zz @ scale + np.eye(q)
    root = np.linalg.cholesky(inner)
    half_x = np.linalg.solve(root, scale.T @ sums.zx)
    half_y = np.linalg.solve(root, (sums.zy @ scale)[:, :, None])[:, :, 0]
    precision = sums.xx - np.einsum("gqp,gqr->pr", half_x, half_x)
    beta = np.linalg.solve(precision, sums.xy - np.einsum("gqp,gq->p", half_x, half_y))
    rest = sums.yy - float((half_y**2).sum()) - float(beta @ precision @ beta)
    degrees = sums.n - len(beta)
    variance = max(rest, 1e-300) / degrees
    deviance = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum() + np.linalg.slogdet(precision)[1]
    return float(deviance + degrees * np.log(variance)), beta, precision, variance


def _solved(theta: Floats, sums: _Sums, lower: tuple[NDArray[np.integer], ...]) -> Mixed:
    q = sums.zz.shape[1]
    _, beta, precision, variance = _profile(theta, sums, lower)
    scale = np.zeros((q, q))
    scale[lower] = theta
    inner = scale.T @ sums.zz @ scale + np.eye(q)
    left = (sums.zy - sums.zx @ beta) @ scale
    deviations = np.linalg.solve(inner, left[:, :, None])[:, :, 0] @ scale.T
    return Mixed(
        beta, variance * np.linalg.inv(precision), variance * scale @ scale.T, variance, deviations, len(sums.zz), sums.n
    )
