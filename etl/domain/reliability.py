"""How well items measure their constructs, and constructs stay apart.

``items`` are correlations [p p], ``blocks`` [p q] says which construct an item belongs to; results have one entry a construct.
A construct of a single item has no reliability to estimate: NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HTMT_LIMIT = 0.90  # above it two constructs are hardly told apart. Source: Henseler, Ringle & Sarstedt (2015)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def alpha(items: Floats, blocks: Flags) -> Floats:
    """Cronbach's alpha of the standardised items: k·r̄ / (1 + (k − 1)·r̄)."""
    size, mean = blocks.sum(axis=0), _within(items, blocks)
    return np.where(size > 1, size * mean / (1 + (size - 1) * mean), np.nan)


def rho_a(items: Floats, weights: Floats, blocks: Flags) -> Floats:
    """Dijkstra–Henseler's rho_A from the outer weights [p q] of constructs with variance 1.

    (w′w)² · w′(S − diag S)w / w′(ww′ − diag ww′)w. Source: Dijkstra & Henseler, MIS Quarterly 39 (2015), equation 3.
    """
    off = items - np.eye(len(items))
    squares = (weights**2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = squares**2 * np.einsum("pq,pr,rq->q", weights, off, weights) / (squares**2 - (weights**4).sum(axis=0))
    return np.where(blocks.sum(axis=0) > 1, value, np.nan)


def composite(loadings: Floats, blocks: Flags) -> Floats:
    """Composite reliability rho_c: (Σλ)² / ((Σλ)² + Σ(1 − λ²)). Source: Werts, Linn & Jöreskog (1974)."""
    together = (loadings @ blocks) ** 2
    return np.where(blocks.sum(axis=0) > 1, together / (together + (1 - loadings**2) @ blocks), np.nan)


def extracted(loadings: Floats, blocks: Flags) -> Floats:
    """Average variance extracted: the mean λ². Source: Fornell & Larcker (1981)."""
    return (loadings**2) @ blocks / blocks.sum(axis=0)


def htmt(items: Floats, blocks: Flags) -> Floats:
    """Heterotrait–monotrait ratios [q q] of absolute correlations; 1 on the diagonal.

    A construct of one item correlates with itself by 1. Source: Henseler, Ringle & Sarstedt, JAMS 43 (2015).
    """
    sizes = blocks.sum(axis=0)
    across = blocks.T @ np.abs(items) @ blocks / np.outer(sizes, sizes)
    within = np.where(sizes > 1, _within(np.abs(items), blocks), 1.0)
    out = across / np.sqrt(np.outer(within, within))
    np.fill_diagonal(out, 1.0)
    return out


def _within(items: Floats, blocks: Flags) -> Floats:
    """The mean correlation of different items of one construct."""
    sizes = blocks.sum(axis=0)
    together = np.einsum("pq,pr,rq->q", blocks, items - np.eye(len(items)), blocks)
    with np.errstate(divide="ignore", invalid="ignore"):
        return together / (sizes * (sizes - 1))
