"""Weighted means, spreads and correlations of item answers, and those of bootstrap samples by one pass over the answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROWS = 4096  # of answers multiplied at once: their products of pairs stay in the processor's cache

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Of the answers, missing ones at their item's mean: means [p], sd [p] and correlations [p p]."""

    mean: Floats
    sd: Floats
    correlations: Floats


def moments(answers: Floats, weights: Floats) -> Moments:
    """Moments of ``answers`` [n p] (NaN: missing) under response weights [n]."""
    given = ~np.isnan(answers)
    mean = (np.where(given, answers, 0.0) * weights[:, None]).sum(axis=0) / (given * weights[:, None]).sum(axis=0)
    centred = np.where(given, answers - mean, 0.0)
    covariance = (centred * weights[:, None]).T @ centred / weights.sum()
    return Moments(mean, np.sqrt(np.diag(covariance)), _correlations(covariance))


def resampled_correlations(answers: Floats, weights: Floats, whole: Moments, samples: int, rng: np.random.Generator) -> Floats:
    """Correlations [samples p p] of samples of respondents drawn with replacement.

    A sample is how often each respondent was drawn, so the sums of all samples are one product of matrices:
    draws [samples n] × products of items [n p(p+1)/2].
    """
    n, p = answers.shape
    standard = np.where(np.isnan(answers), 0.0, (answers - whole.mean) / whole.sd)
    draws = np.stack([np.bincount(rng.integers(0, n, n), minlength=n).astype(np.uint16) for _ in range(samples)])
    first, second = np.triu_indices(p)
    sums = np.zeros((samples, 1 + p + len(first)))
    for start in range(0, n, ROWS):
        rows = slice(start, start + ROWS)
        part = standard[rows]
        table = np.hstack([np.ones((len(part), 1)), part, part[:, first] * part[:, second]]) * weights[rows, None]
        sums += draws[:, rows].astype(float) @ table
    mean = sums[:, 1 : 1 + p] / sums[:, :1]
    products = np.empty((samples, p, p))
    products[:, first, second] = products[:, second, first] = sums[:, 1 + p :] / sums[:, :1]
    return _correlations(products - mean[:, :, None] * mean[:, None, :])


def _correlations(covariance: Floats) -> Floats:
    """NaN where an item does not vary."""
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    sd = np.sqrt(np.where(variance > 1e-12, variance, np.nan))
    out = covariance / sd[..., :, None] / sd[..., None, :]
    at = np.arange(out.shape[-1])
    out[..., at, at] = np.where(np.isnan(sd), np.nan, 1.0)
    return out
