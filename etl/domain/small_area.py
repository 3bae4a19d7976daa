"""Small areas: Fay–Herriot models, shrinkage of children towards their parent, and benchmarking to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS, CLOSE = 100, 1e-8  # of Fisher scoring; relative change of A


class NotEstimated(ValueError):
    """Fewer areas than coefficients, or covariates that depend on one another."""


@dataclass(frozen=True)
class FayHerriot:
    """``a`` is the variance between areas, ``beta`` the coefficients; per area the EBLUP, its MSE and γ = A/(A + ψ)."""

    a: float
    beta: Floats
    eblup: Floats
    mse: Floats
    reliability: Floats


def fay_herriot(
    y: ArrayLike, psi: ArrayLike, covariates: ArrayLike | None = None, method: Literal["reml", "ml"] = "reml"
) -> FayHerriot:
    """Direct estimates ``y`` with sampling variances ``psi`` (known, > 0) and covariates [area, k] (an intercept if none).

    A by Fisher scoring, never below 0; MSE to the second order (Prasad & Rao 1990, Datta & Lahiri 2000: ML's has the bias
    term). Source: Fay & Herriot (1979); agrees with R's sae::mseFH.
    """
    direct, psi = np.asarray(y, float), np.asarray(psi, float)
    x = np.ones((len(direct), 1)) if covariates is None else np.asarray(covariates, float)
    if len(direct) <= x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        raise NotEstimated(f"{len(direct)} areas for {x.shape[1]} independent covariates are too few")
    a = _variance_between(direct, psi, x, method)
    v = 1 / (a + psi)
    inverse = np.linalg.inv((x.T * v) @ x)
    beta = inverse @ ((x.T * v) @ direct)
    gamma = a * v
    eblup = gamma * direct + (1 - gamma) * (x @ beta)
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    mse = gamma * psi + (1 - gamma) ** 2 * (leverage + 4 * v / np.sum(v**2))
    if method == "ml":
        bias = -np.trace(inverse @ ((x.T * v**2) @ x)) / np.sum(v**2)
        mse = mse - (1 - gamma) ** 2 * bias
    return FayHerriot(float(a), beta, eblup, mse, gamma)


def _variance_between(y: Floats, psi: Floats, x: Floats, method: str) -> float:
    a = float(np.median(psi))
    for _ in range(ROUNDS):
        v = 1 / (a + psi)
        vx = v[:, None] * x
        inverse = np.linalg.inv(x.T @ vx)
        projected = v * y - vx @ (inverse @ (vx.T @ y))  # Py
        if method == "reml":
            p = np.diag(v) - vx @ inverse @ vx.T
            score, information = projected @ projected - np.trace(p), np.sum(p * p)
        else:
            score, information = projected @ projected - v.sum(), np.sum(v**2)
        before, a = a, max(a + score / information, 0.0)
        if abs(a - before) <= CLOSE * (a + before):
            break
    return a


@dataclass(frozen=True)
class Shrunken:
    """Of each child [area, group]: shrunken value, MSE, γ, and the parents' common mean; ``a`` [group] the variance between."""

    value: Floats
    mse: Floats
    reliability: Floats
    centre: Floats
    a: Floats


def shrink(y: ArrayLike, psi: ArrayLike, parent: ArrayLike) -> Shrunken:
    """Shrink children towards their parent's mean, many groups (outcomes, months, windows) at once.

    ``y``, ``psi``, ``parent`` are [area, group]; NaN in ``y`` or ``psi`` means no answers, ``parent`` numbers the parents
    from 0 (negative: none). It is :func:`fay_herriot` by REML with one intercept a parent, whose matrices are sums within
    parents. A parent's only child is its parent: it stays as it is.
    """
    direct, variance, family = np.asarray(y, float), np.asarray(psi, float), np.asarray(parent, np.int64)
    there = np.isfinite(direct) & np.isfinite(variance) & (variance > 0) & (family >= 0)
    sums = _Families(np.where(there, family, -1))
    safe = np.where(there, variance, 1.0)
    values = np.where(there, direct, 0.0)
    a = _variances_between(values, safe, there, sums)
    v = np.where(there, 1 / (a + safe), 0.0)
    weight = sums.of(v)
    centre = np.where(there, sums.of(v * values) / np.where(there, weight, 1), np.nan)
    gamma = np.where(there, a * v, np.nan)
    value = centre + gamma * (values - np.nan_to_num(centre))
    spread = np.where(there, 2 * v / np.maximum(np.sum(v**2, axis=0), np.finfo(float).tiny), 0.0)
    alone = sums.of(there.astype(float)) <= 1  # what A is does not matter to it
    mse = gamma * safe + (1 - gamma) ** 2 * (1 / np.where(there, weight, 1) + np.where(alone, 0.0, 2 * spread))
    return Shrunken(value, np.where(there, mse, np.nan), gamma, centre, a)


def _variances_between(y: Floats, psi: Floats, there: NDArray[np.bool_], sums: _Families) -> Floats:
    """REML's A of each group; 0 where no parent has two children."""
    a = np.sum(np.where(there, psi, 0), axis=0) / np.maximum(there.sum(axis=0), 1)
    left = np.arange(y.shape[1])
    for _ in range(ROUNDS):
        if not left.size:
            break
        part, family = (slice(None), left), sums.only(left)
        v = np.where(there[part], 1 / (a[left] + psi[part]), 0.0)
        s1, s2, s3 = family.by(v), family.by(v**2), family.by(v**3)
        safe = np.where(s1 > 0, s1, 1.0)
        centre = family.by(v * y[part]) / safe
        score = np.sum((v * (y[part] - family.back(centre))) ** 2, 0) - v.sum(0) + np.sum(s2 / safe, 0)
        information = np.sum(v**2, 0) - 2 * np.sum(s3 / safe, 0) + np.sum((s2 / safe) ** 2, 0)
        free = information > CLOSE * np.sum(v**2, 0)
        new = np.where(free, np.maximum(a[left] + score / np.where(free, information, 1), 0.0), 0.0)
        moving = np.abs(new - a[left]) > CLOSE * (new + a[left])
        a[left] = new
        left = left[moving]
    return a


class _Families:
    """Sums within parents, column by column."""

    def __init__(self, parent: Ints):
        self.parent, self.count = parent, int(parent.max(initial=-1)) + 1
        columns = parent.shape[1]
        self.slot = np.where(parent >= 0, parent, self.count) * columns + np.arange(columns)

    def only(self, columns: Ints) -> _Families:
        return self if len(columns) == self.parent.shape[1] else _Families(self.parent[:, columns])

    def by(self, values: Floats) -> Floats:
        """[parent, group]; the last row gathers who has none."""
        rows, columns = self.count + 1, self.parent.shape[1]
        return np.bincount(self.slot.ravel(), values.ravel(), rows * columns).reshape(rows, columns).astype(float, copy=False)

    def back(self, totals: Floats) -> Floats:
        return totals.ravel()[self.slot]

    def of(self, values: Floats) -> Floats:
        return self.back(self.by(values))


def pooled_variance(n_eff: ArrayLike, swx2: ArrayLike, swx: ArrayLike, sw: ArrayLike) -> Floats:
    """The answers' variance within areas [group], pooled over the areas [area, group] by their degrees of freedom.

    Single areas' variances are too noisy to weigh them by; divided by n_eff this is the smoothed ψ.
    """
    effective, squares, sums, total = (np.asarray(part, float) for part in (n_eff, swx2, swx, sw))
    enough = (effective > 1) & (total > 0)
    safe = np.where(enough, total, 1.0)
    spread = np.where(enough, np.maximum(squares / safe - (sums / safe) ** 2, 0.0) * effective, 0.0)
    degrees = np.where(enough, effective - 1, 0.0).sum(axis=0)
    return np.where(degrees > 0, spread.sum(axis=0) / np.where(degrees > 0, degrees, 1), np.nan)


def benchmark(parent_value: ArrayLike, deviation: ArrayLike, weight: ArrayLike, parent: ArrayLike) -> Floats:
    """Children [area, group] as their parent's value plus their own deviation, so shifted that Σ weight·value / Σ weight is
    exactly the parent's; children of a parent without any weight are not shifted. ``parent_value`` stands a child."""
    own, family = np.nan_to_num(np.asarray(deviation, float)), np.asarray(parent, np.int64)
    weights = np.where(np.isfinite(np.asarray(deviation, float)), np.asarray(weight, float), 0.0)
    sums = _Families(family)
    total = sums.of(weights)
    mean = np.where(total > 0, sums.of(weights * own) / np.where(total > 0, total, 1), 0.0)
    return np.where(np.isfinite(np.asarray(deviation, float)), np.asarray(parent_value, float) + own - mean, np.nan)
