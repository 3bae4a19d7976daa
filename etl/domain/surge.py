"""A surge of counts above what the same weeks of earlier years lead one to expect.

Quasi-Poisson regression with a log link, an optional trend and the logarithm of the exposure (subscribers) as an offset; past
surges weigh less; the upper limit on the 2/3-power scale. Source: Farrington, Andrews, Beale & Catchpole (1996), Journal of the
Royal Statistical Society A 159:547, with the choices of Höhle (2007), Computational Statistics 22:571.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

YEARS, HALF_WINDOW = 4, 3  # the weeks looked at: as many years back, as many weeks to either side
SEASON = 52
ALPHA = 0.05  # of both sides; only the upper one alarms
LEAST_CASES, OVER_PERIODS = 5, 4  # fewer cases in so many last weeks are no surge
LEAST_TREND_YEARS = 3
TREND_P = 0.05
ROUNDS, STILL = 60, 1e-12


@dataclass(frozen=True)
class Surge:
    """What was expected of the tested period, the upper limit, and whether it was passed; one entry a series."""

    expected: Floats
    upper: Floats
    alarm: Bools


@dataclass(frozen=True)
class _Fit:
    """A log-linear fit: coefficients [series, 2], their covariance but for φ [series, 2, 2]; [series, point] the rest but φ."""

    coefficient: Floats
    covariance: Floats
    mean: Floats
    leverage: Floats
    phi: Floats


def surge(
    counts: ArrayLike,
    at: int,
    exposure: ArrayLike | None = None,
    *,
    years: int = YEARS,
    half_window: int = HALF_WINDOW,
    season: int = SEASON,
    alpha: float = ALPHA,
) -> Surge:
    """Test period ``at`` of ``counts`` [series, period] (or of one series [period]) against its own past.

    ``exposure`` has the shape of ``counts``. Raises ValueError where fewer than ``years`` seasons lie before ``at``.
    """
    y = np.atleast_2d(np.asarray(counts, float))
    base = np.ones_like(y) if exposure is None else np.atleast_2d(np.asarray(exposure, float))
    when = np.concatenate([np.arange(at - season * back - half_window, at - season * back + half_window + 1)
                           for back in range(years, 0, -1)])  # fmt: skip
    if when[0] < 0:
        raise ValueError(f"period {at} has fewer than {years} seasons of {season} before it")
    past, offset, time = y[:, when], np.log(base[:, when]), (when - at).astype(float)
    fit = _reweighted(past, offset, time, np.ones(past.shape[0], bool))
    kept = (years >= LEAST_TREND_YEARS) & _significant(fit, past.shape[1]) & (_ahead(fit, base[:, at])[0] <= past.max(axis=1))
    if not kept.all():
        fit = _chosen(kept, fit, _reweighted(past, offset, time, np.zeros(past.shape[0], bool)))
    expected, error = _ahead(fit, base[:, at])
    upper = _limit(expected, fit.phi + error**2 / expected, alpha)
    enough = y[:, max(at - OVER_PERIODS + 1, 0) : at + 1].sum(axis=1) >= LEAST_CASES
    return Surge(expected, upper, (y[:, at] > upper) & enough)


def _reweighted(y: Floats, offset: Floats, time: Floats, trend: Bools) -> _Fit:
    """A fit whose past surges weigh as little as they are large."""
    first = _fitted(y, offset, time, np.ones_like(y), trend)
    mu = first.mean
    residual = 1.5 * (y ** (2 / 3) * mu ** (-1 / 6) - np.sqrt(mu)) / np.sqrt(first.phi[:, None] * (1 - first.leverage))
    shrink = np.where(residual > 1, 1 / np.maximum(residual, 1) ** 2, 1.0)
    weight = shrink * y.shape[1] / shrink.sum(axis=1, keepdims=True)
    return _fitted(y, offset, time, weight, trend)


def _fitted(y: Floats, offset: Floats, time: Floats, weight: Floats, trend: Bools) -> _Fit:
    """Iteratively reweighted least squares, all series at once; without ``trend`` its column counts nothing."""
    design = np.stack([np.ones(y.shape), np.where(trend[:, None], time, 0.0)], axis=-1)
    idle = np.where(trend, 0.0, 1.0)  # keeps the normal equations regular
    eta = np.log(np.maximum(y, 0.1))
    beta = np.zeros((y.shape[0], 2))
    for _ in range(ROUNDS):
        mu = np.exp(eta)
        working = weight * mu
        normal = np.einsum("sn,sni,snj->sij", working, design, design)
        normal[:, 1, 1] += idle
        new = np.linalg.solve(normal, np.einsum("sn,sni,sn->si", working, design, eta - offset + (y - mu) / mu)[..., None])[
            ..., 0
        ]
        eta = np.einsum("sni,si->sn", design, new) + offset
        done, beta = bool((np.abs(new - beta) <= STILL * (1 + np.abs(new))).all()), new
        if done:
            break
    mu = np.exp(eta)
    covariance = np.linalg.inv(normal)
    leverage = weight * mu * np.einsum("sni,sij,snj->sn", design, covariance, design)
    freedom = y.shape[1] - 1 - trend
    phi = np.maximum((weight * (y - mu) ** 2 / mu).sum(axis=1) / freedom, 1.0)
    return _Fit(beta, covariance, mu, leverage, phi)


def _significant(fit: _Fit, points: int) -> Bools:
    error = np.sqrt(fit.phi * fit.covariance[:, 1, 1])
    return np.asarray(2 * stats.t.sf(np.abs(fit.coefficient[:, 1] / error), points - 2) < TREND_P)


def _ahead(fit: _Fit, exposure: Floats) -> tuple[Floats, Floats]:
    """Expected count of the tested period (time 0) and its standard error."""
    expected = np.exp(fit.coefficient[:, 0]) * exposure
    return expected, expected * np.sqrt(fit.phi * fit.covariance[:, 0, 0])


def _chosen(first: Bools, one: _Fit, other: _Fit) -> _Fit:
    def pick(a: Floats, b: Floats) -> Floats:
        return np.where(first.reshape(-1, *[1] * (a.ndim - 1)), a, b)

    names = ("coefficient", "covariance", "mean", "leverage", "phi")
    return _Fit(*(pick(getattr(one, name), getattr(other, name)) for name in names))


def _limit(expected: Floats, tau: Floats, alpha: float) -> Floats:
    """Upper limit, symmetric about the expected count on the 2/3-power scale."""
    half = stats.norm.ppf(1 - alpha / 2) * np.sqrt(4 / 9 * expected ** (1 / 3) * tau)
    return np.asarray((expected ** (2 / 3) + half) ** 1.5)
