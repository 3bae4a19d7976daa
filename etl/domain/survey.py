"""Means of designed samples with their standard errors, and weights that meet known counts.

Variances are by Taylor linearisation of the weighted mean; plain arrays, one entry a respondent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
ROUNDS = 200  # of raking, before it counts as not reached
CLOSE = 1e-10  # of a margin, relative
TRIM_LOW, TRIM_HIGH = 0.3, 3.0  # times the median weight


@dataclass(frozen=True)
class Mean:
    """A weighted mean with its standard error and design effect (its variance over that of a simple random sample)."""

    value: float
    se: float
    deff: float


class NotRaked(ValueError):
    """The margins cannot be met, or trimming forbids it."""


def design_mean(
    y: ArrayLike,
    weight: ArrayLike,
    *,
    strata: Sequence | None = None,
    clusters: Sequence | None = None,
    population: ArrayLike | None = None,
    post: Sequence | None = None,
) -> Mean:
    """Mean of a stratified, one-stage cluster or simple sample.

    ``population`` holds, a respondent, the number of units (respondents, or clusters where given) of its stratum, for the
    finite population correction; ``post`` the post-strata the weights were fitted to, if they were.
    Source: Särndal, Swensson & Wretman (1992), 5.5 and 7.6; agrees with R's survey.
    """
    values, weights = np.asarray(y, float), np.asarray(weight, float)
    total = weights.sum()
    mean = float(weights @ values / total)
    residual = values - (mean if post is None else _group_means(values, weights, _codes(post)))
    variance = _variance(weights * residual / total, strata, clusters, population)
    plain = float(weights @ (values - mean) ** 2 / total) / (len(values) - 1)
    return Mean(mean, float(np.sqrt(variance)), variance / plain if plain > 0 else np.nan)


def _variance(z: Floats, strata: Sequence | None, clusters: Sequence | None, population: ArrayLike | None) -> float:
    """Of the total of ``z``, whose units are the clusters (else the respondents) within strata."""
    size = np.full(len(z), np.inf) if population is None else np.asarray(population, float)
    stratum = np.zeros(len(z), int) if strata is None else _codes(strata)
    unit = np.arange(len(z)) if clusters is None else _codes([*zip(stratum.tolist(), clusters, strict=True)])
    first = np.unique(unit, return_index=True)[1]
    sums, home, size = np.bincount(unit, z), stratum[first], size[first]
    count = np.bincount(home)
    spread = sums - (np.bincount(home, sums) / count)[home]
    scale = (1 - count[home] / size) * count[home] / np.maximum(count[home] - 1, 1)
    return float(np.sum(scale * spread**2))


def _group_means(values: Floats, weights: Floats, group: NDArray[np.int64]) -> Floats:
    return (np.bincount(group, weights * values) / np.bincount(group, weights))[group]


def _codes(labels: Sequence) -> NDArray[np.int64]:
    known: dict = {}
    return np.array([known.setdefault(label, len(known)) for label in labels], np.int64)


def post_stratified(weight: ArrayLike, post: Sequence, counts: Mapping) -> Floats:
    """The weights scaled so that each post-stratum adds up to its count; :class:`NotRaked` names one without respondents."""
    weights, group = np.asarray(weight, float), _codes(post)
    labels = list(dict.fromkeys(post))
    empty = [label for label, count in counts.items() if count > 0 and label not in labels]
    if empty:
        raise NotRaked(f"nobody answered in {empty[0]!r}: collapse it with another one")
    return weights * (np.array([float(counts[label]) for label in labels]) / np.bincount(group, weights))[group]


def rake(
    weight: ArrayLike, margins: Sequence[tuple[Sequence, Mapping]], *, low: float = TRIM_LOW, high: float = TRIM_HIGH
) -> Floats:
    """Weights that meet several margins at once (labels a respondent, counts a label), each within [low, high] × median.

    Iterative proportional fitting, trimmed in every round (Deming & Stephan 1940; Potter 1990). :class:`NotRaked` when the
    margins contradict one another or trimming leaves them out of reach.
    """
    weights = np.asarray(weight, float)
    for _ in range(ROUNDS):
        fitted = weights
        for labels, counts in margins:
            fitted = post_stratified(fitted, labels, counts)
        middle = np.median(fitted)
        weights = np.clip(fitted, low * middle, high * middle)
        if all(_met(weights, labels, counts) for labels, counts in margins):
            return weights
    raise NotRaked("the margins are not met: collapse thin ones, or widen the trimming")


def _met(weights: Floats, labels: Sequence, counts: Mapping) -> bool:
    reached = np.bincount(_codes(labels), weights)
    wanted = np.array([float(counts[label]) for label in dict.fromkeys(labels)])
    return bool(np.all(np.abs(reached - wanted) <= CLOSE * np.maximum(wanted, 1)))
