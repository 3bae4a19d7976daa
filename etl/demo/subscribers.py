"""Subscribers of the demonstration by grid, month, business and segment: the population everything is weighted to."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.demo.chain import BUSINESSES, SEGMENTS
from etl.demo.dates import Dates
from etl.demo.tree import Tree

OURS = (0.52, 0.15)  # own subscribers a resident: mobile, broadband
GROWTH = (0.0006, 0.006)  # a month
SEGMENT_SHARES = {  # public, elderly, special
    (0, 0): (0.74, 0.23, 0.03), (0, 1): (0.79, 0.18, 0.03),
    (1, 0): (0.84, 0.13, 0.03), (1, 1): (0.86, 0.12, 0.02),
}  # fmt: skip


def subscribers(tree: Tree, dates: Dates, rng: np.random.Generator) -> NDArray[np.int64]:
    """[leaf, month, business, segment]."""
    months = np.arange(len(dates.months))
    out = np.zeros((*tree.residents.shape, 2, 3))
    home = tree.county_of[tree.origin, 0]
    for business, share in enumerate(OURS):
        local = share * np.exp(0.12 * rng.standard_normal(tree.counties)[home])
        count = tree.residents * local[:, None] * (1 + GROWTH[business]) ** months
        shares = np.array([SEGMENT_SHARES[int(urban), business] for urban in tree.urban])
        out[:, :, business, :] = count[:, :, None] * shares[:, None, :]
    return np.rint(out).astype(np.int64)


def subscribers_frame(tree: Tree, dates: Dates, counts: NDArray[np.int64], month: int) -> pl.DataFrame:
    """The rows of one month's subscribers file."""
    leaf, business, segment = (axis.ravel() for axis in np.indices(counts[:, month].shape))
    alive = tree.alive(month)[leaf]
    return pl.DataFrame({
        "month": np.full(alive.sum(), dates.months[month].isoformat()[:7]),
        "area_code": np.array(tree.leaf_codes)[leaf[alive]], "business": np.array(BUSINESSES)[business[alive]],
        "segment": np.array(SEGMENTS)[segment[alive]], "subscribers": counts[:, month].ravel()[alive],
    })  # fmt: skip
