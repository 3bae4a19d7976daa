"""Small areas: Fay–Herriot models, shrinkage of children towards their parent, and benchmarking to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS, CLOSE = 100, 1e-8  # of Fisher scoring; relative change of A
NODES, REACH = 14, 5.0  # of averaging over A: points, and standard errors to either side
LARGEST = 50.0  # of a log-likelihood's gain over the estimate's


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
    """Of each child [area, group]: shrunken value, MSE, γ, and the parents' common mean; ``a`` [group] the variance between.

    ``variance`` is what intervals are made of: the MSE averaged over what A may be, as far as the data tell.
    """

    value: Floats
    mse: Floats
    variance: Floats
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
    model = _Model(np.where(there, direct, 0.0), np.where(there, variance, 1.0), there, _Families(np.where(there, family, -1)))
    a, information = _variances_between(model)
    fit = model.fit(a)
    alone = model.families.of(there.astype(float)) <= 1  # what A is does not matter to it
    spread = np.where(alone, 0.0, 4 * fit.v / np.maximum(np.sum(fit.v**2, axis=0), np.finfo(float).tiny))
    mse = fit.plain + (1 - fit.gamma) ** 2 * spread
    absent = np.where(there, 0.0, np.nan)
    averaged = _averaged(model, a, information, fit)
    return Shrunken(fit.value + absent, mse + absent, averaged + absent, fit.gamma + absent, fit.centre + absent, a)


@dataclass(frozen=True)
class _Fit:
    """What follows from one A a group."""

    v: Floats
    centre: Floats
    gamma: Floats
    value: Floats
    plain: Floats  # the MSE were A known
    likelihood: Floats  # REML's logarithm [group]


@dataclass(frozen=True)
class _Model:
    y: Floats
    psi: Floats
    there: NDArray[np.bool_]
    families: _Families

    def only(self, groups: Ints) -> _Model:
        return _Model(self.y[:, groups], self.psi[:, groups], self.there[:, groups], self.families.only(groups))

    def fit(self, a: Floats) -> _Fit:
        v = np.where(self.there, 1 / (a + self.psi), 0.0)
        weight = self.families.by(v)
        safe = np.where(weight > 0, weight, 1.0)
        centre = self.families.back(self.families.by(v * self.y) / safe)
        gamma, error = np.where(self.there, a * v, 0.0), self.y - centre
        likelihood = 0.5 * (
            np.sum(np.log(v, where=self.there, out=np.zeros_like(v)), 0) - np.log(safe).sum(0) - np.sum(v * error**2, 0)
        )
        plain = gamma * self.psi + (1 - gamma) ** 2 / self.families.back(safe)
        return _Fit(v, centre, gamma, centre + gamma * error, plain, likelihood)


def _averaged(model: _Model, a: Floats, information: Floats, fit: _Fit) -> Floats:
    """The MSE of the values at ``a``, averaged over A's likelihood (flat prior). Source: Kass & Steffey (1989).

    Where areas are few or answers many times more varied than areas, the plain MSE takes too small an A too seriously.
    """
    error = np.sqrt(2 / np.where(information > 0, information, np.inf))
    low, high = np.maximum(a - REACH * error, 0), a + REACH * error
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    fits = ((weight, model.fit(low + (node + 1) / 2 * (high - low))) for node, weight in zip(nodes, weights, strict=True))
    total, sums = np.zeros(a.shape), np.zeros(model.y.shape)
    for weight, other in fits:
        share = weight * np.exp(np.minimum(other.likelihood - fit.likelihood, LARGEST))
        total += share
        sums += share * (other.plain + (other.value - fit.value) ** 2)
    return np.asarray(sums / total)


def _variances_between(model: _Model) -> tuple[Floats, Floats]:
    """REML's A of each group, 0 where no parent has two children, and twice its information there."""
    a = np.sum(np.where(model.there, model.psi, 0), axis=0) / np.maximum(model.there.sum(axis=0), 1)
    known, left = np.zeros(a.shape), np.arange(len(a))
    for _ in range(ROUNDS):
        if not left.size:
            break
        score, information = _scoring(model.only(left), a[left])
        new = np.where(information > 0, np.maximum(a[left] + score / np.where(information > 0, information, 1), 0.0), 0.0)
        moving = np.abs(new - a[left]) > CLOSE * (new + a[left])
        a[left], known[left] = new, information
        left = left[moving]
    return a, known


def _scoring(model: _Model, a: Floats) -> tuple[Floats, Floats]:
    """Twice REML's score and information; 0 where there is nothing to learn about A."""
    family, v = model.families, np.where(model.there, 1 / (a + model.psi), 0.0)
    s1, s2, s3 = family.by(v), family.by(v**2), family.by(v**3)
    safe = np.where(s1 > 0, s1, 1.0)
    centre = family.back(family.by(v * model.y) / safe)
    score = np.sum((v * (model.y - centre)) ** 2, 0) - v.sum(0) + np.sum(s2 / safe, 0)
    squares = np.sum(v**2, 0)
    information = squares - 2 * np.sum(s3 / safe, 0) + np.sum((s2 / safe) ** 2, 0)
    return score, np.where(information > CLOSE * squares, information, 0.0)


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
