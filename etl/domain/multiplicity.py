"""Many tests at once: which are rejected when all are held to one error rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Flags = NDArray[np.bool_]


def benjamini_hochberg(p: ArrayLike, q: float) -> Flags:
    """Rejections at false discovery rate ``q``; NaN counts as no test. Source: Benjamini & Hochberg (1995)."""
    values = np.asarray(p, float)
    order = np.argsort(values)  # NaN last
    tests = int(np.count_nonzero(~np.isnan(values)))
    passed = np.flatnonzero(values[order][:tests] <= q * np.arange(1, tests + 1) / max(tests, 1))
    out = np.zeros(values.shape, bool)
    out[order[: passed[-1] + 1 if passed.size else 0]] = True
    return out


def bonferroni(p: ArrayLike, alpha: float) -> Flags:
    """Rejections at family-wise error rate ``alpha``; NaN counts as no test."""
    values = np.asarray(p, float)
    tests = int(np.count_nonzero(~np.isnan(values)))
    return values <= alpha / max(tests, 1)
