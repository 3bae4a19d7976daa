"""Covariances of items that are not all asked of everybody: each pair over those asked both, within groups alike.

A questionnaire asks each customer a part of its items. Whether an item is asked depends on the mode only, so the pairs that
exist stand for all; the sums are kept by cluster, and a bootstrap over clusters is one product of matrices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from etl.domain import driver
from etl.domain.estimate import CONFIDENCE

LEAST_PAIRS = 200  # asked both: below, a pair says nothing
LEAST_CLUSTERS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PairSums:
    """Within-group sums of products and their degrees of freedom by cluster, ``[cluster, item, item]``; ``pairs`` counts."""

    products: Floats
    degrees: Floats
    pairs: Floats

    @classmethod
    def empty(cls, clusters: int, items: int) -> PairSums:
        return cls(*(np.zeros((clusters, items, items)) for _ in range(3)))

    def add(self, values: Floats, group: NDArray[np.integer], cluster: NDArray[np.integer]) -> None:
        """Add rows ``values`` [row, item] (NaN: not asked); means are taken out within each ``group`` (row → group, and
        group → ``cluster``), so that only differences within it count."""
        order = np.argsort(group, kind="stable")
        edges = np.flatnonzero(np.diff(group[order])) + 1
        for rows in np.split(order, edges) if len(order) else ():
            at = cluster[group[rows[0]]]
            products, degrees, pairs = _within(values[rows])
            self.products[at] += products
            self.degrees[at] += degrees
            self.pairs[at] += pairs

    def of(self, items: ArrayLike) -> PairSums:
        """The sums of some items, in that order."""
        chosen = np.ix_(np.arange(len(self.products)), np.asarray(items), np.asarray(items))
        return PairSums(self.products[chosen], self.degrees[chosen], self.pairs[chosen])

    def covariance(self, draws: ArrayLike | None = None) -> Floats:
        """Covariances ``[item, item]``, or ``[draw, item, item]`` with each cluster counted ``draws`` [draw, cluster] times."""
        times = np.ones(len(self.products)) if draws is None else np.asarray(draws, float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.tensordot(times, self.products, 1) / np.tensordot(times, self.degrees, 1))


def _within(rows: Floats) -> tuple[Floats, Floats, Floats]:
    """Products about the pair's own means, n - 1 and n of each pair."""
    there = ~np.isnan(rows)
    mask, filled = there.astype(float), np.where(there, rows, 0.0)
    pairs = mask.T @ mask
    sums = filled.T @ mask  # of the row's item over those asked both
    products = filled.T @ filled - sums * sums.T / np.maximum(pairs, 1)
    return products, np.maximum(pairs - 1, 0), pairs


def adjusted(values: Floats, traits: Floats) -> Floats:
    """``values`` [row, item] less what goes with ``traits`` [row, trait] (dummies), item by item among those asked."""
    out = np.full(values.shape, np.nan)
    design = np.column_stack([np.ones(len(values)), traits])
    for item in range(values.shape[1]):
        asked = ~np.isnan(values[:, item])
        if asked.sum() > design.shape[1]:
            fit = np.linalg.lstsq(design[asked], values[asked, item], rcond=None)[0]
            out[asked, item] = values[asked, item] - design[asked] @ fit
    return out


@dataclass(frozen=True)
class Weights:
    """One outcome's drivers: slope, shares of R² and their intervals, ``[p]``; ``n`` answers with both, ``clusters`` in all."""

    slope: Floats
    se: Floats
    low: Floats
    high: Floats
    p: Floats
    importance: Floats
    importance_low: Floats
    importance_high: Floats
    method: str
    r2: float
    n: NDArray[np.int64]
    clusters: int


def together(sums: PairSums, least: int = LEAST_PAIRS) -> list[int]:
    """Drivers (items after the outcome, the first) that were asked often enough with the outcome and with one another, and vary.

    Those asked most with the outcome come first; one that was hardly ever asked together with a chosen one is left out, as with
    items of two businesses.
    """
    pairs, spread = sums.pairs.sum(axis=0), np.diagonal(sums.products.sum(axis=0))
    chosen: list[int] = []
    for at in np.argsort(-pairs[0, 1:], kind="stable") + 1:
        if spread[at] > 0 and pairs[0, at] >= least and all(pairs[at, other] >= least for other in chosen):
            chosen.append(int(at))
    return sorted(chosen)


def weigh(sums: PairSums, generator: np.random.Generator, draws: int = 500, most_for_lmg: int = driver.MOST_FOR_LMG,
          confidence: float = CONFIDENCE) -> Weights:  # fmt: skip
    """Drivers of the first item by all others, clusters drawn ``draws`` times: LMG up to its limit, else Johnson's weights.

    Slopes have t intervals on clusters - 1 with the bootstrap's standard error, shares percentile intervals. Raises
    :class:`ValueError` with fewer than :data:`LEAST_CLUSTERS` clusters. Source: Cameron, Gelbach & Miller (2008).
    """
    clusters = int((sums.pairs[:, 0, 0] > 0).sum())
    if clusters < LEAST_CLUSTERS:
        raise ValueError(f"{clusters} clusters are too few (at least {LEAST_CLUSTERS})")
    lived = sums.of(np.arange(sums.pairs.shape[1])) if clusters == len(sums.pairs) else _lived(sums)
    times = generator.multinomial(clusters, np.full(clusters, 1 / clusters), size=draws)
    here, there = lived.covariance(), _whole(lived.covariance(times))
    method = "lmg" if here.shape[-1] - 1 <= most_for_lmg else "johnson"
    share = driver.lmg if method == "lmg" else driver.johnson
    slope, se = driver.slopes(here), driver.slopes(there).std(axis=0, ddof=1)
    half = stats.t.ppf(0.5 + confidence / 2, clusters - 1) * se
    tails = np.quantile(share(there), [0.5 - confidence / 2, 0.5 + confidence / 2], axis=0)
    return Weights(
        slope, se, slope - half, slope + half, 2 * stats.t.sf(np.abs(slope) / se, clusters - 1), share(here), tails[0], tails[1],
        method, float(driver.explained(here)), lived.pairs.sum(axis=0)[0, 1:].astype(np.int64), clusters,
    )  # fmt: skip


def _lived(sums: PairSums) -> PairSums:
    kept = sums.pairs[:, 0, 0] > 0
    return PairSums(sums.products[kept], sums.degrees[kept], sums.pairs[kept])


def _whole(drawn: Floats) -> Floats:
    """Draws in which every pair occurs."""
    return drawn[np.isfinite(drawn).all(axis=(1, 2)) & (np.diagonal(drawn, axis1=1, axis2=2) > 0).all(axis=1)]
