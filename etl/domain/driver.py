"""How much of an outcome goes with each of its drivers: shares of R² from a covariance matrix.

Matrices hold the outcome first and the drivers after it, ``[…, 1 + p, 1 + p]``; leading axes are replicates (bootstrap draws)
that are worked on together. Nothing here says that a driver causes the outcome: the words are "goes with".
"""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST_FOR_LMG = 12  # drivers: every one more doubles the subsets
LEAST_EIGENVALUE = 1e-6  # of a correlation matrix that is put right

Floats = NDArray[np.float64]


def correlation(covariance: ArrayLike) -> Floats:
    """Correlations of covariances ``[…, k, k]``; a matrix put together pair by pair is made positive definite.

    Negative eigenvalues are raised to :data:`LEAST_EIGENVALUE` and the diagonal scaled back to 1. Raises :class:`ValueError`
    where a variance is not positive. Source: Higham (2002), the spectral first step of the nearest correlation matrix.
    """
    found = np.asarray(covariance, float)
    variance = np.diagonal(found, axis1=-2, axis2=-1)
    if not np.all(variance > 0):
        raise ValueError("a driver or the outcome does not vary")
    spread = np.sqrt(variance)
    out = found / spread[..., :, None] / spread[..., None, :]
    values, vectors = np.linalg.eigh(out)
    if values.min() >= LEAST_EIGENVALUE:
        return out
    mended = (vectors * np.maximum(values, LEAST_EIGENVALUE)[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    scale = np.sqrt(np.diagonal(mended, axis1=-2, axis2=-1))
    return np.asarray(mended / scale[..., :, None] / scale[..., None, :])


def slopes(covariance: ArrayLike) -> Floats:
    """Slopes of the outcome on all drivers together, ``[…, p]``, in units of the outcome per unit of the driver."""
    found = np.asarray(covariance, float)
    alike = correlation(found)
    standard = np.linalg.solve(alike[..., 1:, 1:], alike[..., 1:, :1])[..., 0]
    spread = np.sqrt(np.diagonal(found, axis1=-2, axis2=-1))
    return np.asarray(standard * spread[..., :1] / spread[..., 1:])


def explained(covariance: ArrayLike) -> Floats:
    """R² of all drivers together, ``[…]``."""
    alike = correlation(covariance)
    standard = np.linalg.solve(alike[..., 1:, 1:], alike[..., 1:, :1])[..., 0]
    return np.asarray((standard * alike[..., 0, 1:]).sum(axis=-1))


def lmg(covariance: ArrayLike) -> Floats:
    """Shapley shares of R², ``[…, p]``: what a driver adds, averaged over every order in which drivers may enter.

    Shares are never negative and sum to R². At most :data:`MOST_FOR_LMG` drivers, else :class:`ValueError`.
    Source: Lindeman, Merenda & Gold (1980), p. 119 ff.; Grömping (2006), relaimpo.
    """
    alike = correlation(covariance)
    drivers = alike.shape[-1] - 1
    if drivers > MOST_FOR_LMG:
        raise ValueError(f"{drivers} drivers are too many for LMG (at most {MOST_FOR_LMG}); Johnson's weights take any number")
    return _shapley(_subset_r2(alike), drivers)


def _subset_r2(alike: Floats) -> Floats:
    """R² of every subset of drivers, ``[2^p, …]``; bit j of a subset's number is driver j.

    Goes down the tree of subsets sweeping one driver at a time, so that no chain of sweeps is longer than p.
    """
    drivers = alike.shape[-1] - 1
    out = np.zeros((1 << drivers, *alike.shape[:-2]))

    def down(swept: Floats, subset: int, first: int) -> None:
        out[subset] = 1 - swept[..., 0, 0]
        for driver in range(first, drivers):
            down(_sweep(swept, driver + 1), subset | 1 << driver, driver + 1)

    down(alike, 0, 0)
    return out


def _sweep(matrix: Floats, at: int) -> Floats:
    """What is left of the matrix once the variable ``at`` is held: only its use for later variables is kept."""
    row = matrix[..., at, :] / matrix[..., at, at, None]
    return np.asarray(matrix - matrix[..., :, at, None] * row[..., None, :])


def _shapley(r2: Floats, drivers: int) -> Floats:
    """Average gain of each driver over the subsets without it, weighted by the orders that lead there."""
    numbers = np.arange(1 << drivers)
    size = np.array([int(number).bit_count() for number in numbers])
    orders = np.array([factorial(k) * factorial(drivers - k - 1) for k in range(drivers)], float) / factorial(drivers)
    out = np.empty((*r2.shape[1:], drivers))
    for driver in range(drivers):
        without = numbers[numbers >> driver & 1 == 0]
        out[..., driver] = np.tensordot(orders[size[without]], r2[without | 1 << driver] - r2[without], axes=1)
    return out


def johnson(covariance: ArrayLike) -> Floats:
    """Relative weights, ``[…, p]``: R² by way of the closest uncorrelated variables; for any number of drivers.

    Source: Johnson (2000), Multivariate Behavioral Research 35(1).
    """
    alike = correlation(covariance)
    values, vectors = np.linalg.eigh(alike[..., 1:, 1:])
    root = (vectors * np.sqrt(values)[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    paths = np.linalg.solve(root, alike[..., 1:, :1])
    return np.asarray((root**2 @ paths**2)[..., 0])
