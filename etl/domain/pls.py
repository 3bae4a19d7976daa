"""PLS path modelling, mode A, on correlation matrices: any number of samples at once.

The algorithm only ever needs the correlations of the items, so a bootstrap of 500 samples is one batch of 500 matrices and the
answers are read once. Source: Lohmöller, Latent Variable Path Modeling with Partial Least Squares (1989), chapter 2;
Tenenhaus et al., PLS path modeling, CSDA 48 (2005).

Shapes: ``…`` any leading dimensions (samples), p items, q constructs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SCHEMES = ("path", "factorial", "centroid")
TOLERANCE = 1e-10  # of every outer weight, between two rounds
MAX_ROUNDS = 500

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Fit:
    """One fit, or a batch of them. Constructs have mean 0 and variance 1; ``paths[…, i, j]`` leads from i to j."""

    weights: Floats  # [… p q] outer weights of the standardised items
    loadings: Floats  # [… p] of an item on its own construct
    correlations: Floats  # [… q q] of the constructs
    paths: Floats  # [… q q]
    r2: Floats  # [… q]; NaN where no path arrives
    rounds: int
    converged: Flags  # […]

    @property
    def total(self) -> Floats:
        """[… q q] direct and indirect effects together: Σ paths^k."""
        eye = np.eye(self.paths.shape[-1])
        return np.linalg.inv(eye - self.paths) - eye


def fit(items: Floats, blocks: Flags, arrows: Flags, scheme: str) -> Fit:
    """Fit the model to the items' correlations [… p p].

    ``blocks`` [p q] says which construct an item belongs to, ``arrows`` [q q] which construct leads to which (without circles).
    Constructs are turned so that their loadings add up to more than nothing. Raises :class:`ValueError` for another scheme.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"no weighting scheme {scheme!r}; allowed: {', '.join(SCHEMES)}")
    weights, rounds, settled = _iterate(items, blocks, arrows, scheme)
    loadings = items @ weights
    turn = np.where((loadings * blocks).sum(axis=-2) < 0, -1.0, 1.0)
    weights, loadings = weights * turn[..., None, :], loadings * turn[..., None, :]
    between = _between(items, weights)
    paths = _regressed(between, arrows)
    explained = np.einsum("...ij,...ij->...j", paths, between)
    return Fit(
        weights, np.einsum("...pq,pq->...p", loadings, blocks), between, paths,
        np.where(arrows.any(axis=0), explained, np.nan), rounds, settled,
    )  # fmt: skip


def _iterate(items: Floats, blocks: Flags, arrows: Flags, scheme: str) -> tuple[Floats, int, Flags]:
    weights = _unit(items, np.broadcast_to(blocks.astype(float), (*items.shape[:-2], *blocks.shape)))
    rounds, moved = 0, np.full(items.shape[:-2], np.inf)
    while rounds < MAX_ROUNDS and not (moved < TOLERANCE).all():
        rounds += 1
        inner = _inner(_between(items, weights), arrows, scheme)
        renewed = _unit(items, (items @ weights @ inner) * blocks)
        moved = np.abs(renewed - weights).max(axis=(-2, -1))
        weights = renewed
    return weights, rounds, moved < TOLERANCE


def _unit(items: Floats, weights: Floats) -> Floats:
    """Scale the weights so that each construct has variance 1."""
    variance = np.einsum("...pq,...pq->...q", weights, items @ weights)
    return weights / np.sqrt(np.maximum(variance, np.finfo(float).tiny))[..., None, :]


def _between(items: Floats, weights: Floats) -> Floats:
    return np.swapaxes(weights, -1, -2) @ items @ weights


def _inner(between: Floats, arrows: Flags, scheme: str) -> Floats:
    """Inner weights [… q q]: how much construct i counts in the neighbourhood of j."""
    joined = arrows | arrows.T
    if scheme == "centroid":
        return np.sign(between) * joined
    if scheme == "factorial":
        return between * joined
    return between * arrows.T + _regressed(between, arrows)


def _regressed(between: Floats, arrows: Flags) -> Floats:
    """Each construct regressed on those that lead to it."""
    out = np.zeros_like(between)
    for at in np.flatnonzero(arrows.any(axis=0)):
        causes = np.flatnonzero(arrows[:, at])
        out[..., causes, at] = np.linalg.solve(between[..., causes[:, None], causes], between[..., causes, at, None])[..., 0]
    return out
