"""Targets as people read them: two decimals that still roll up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from etl.domain.cascade_tree import Tree

Floats = NDArray[np.float64]

DECIMALS = 2
NEARLY = 1e-9  # a level this near to a displayed one is taken for it


def displayed(tree: Tree, mass: Floats, target: Floats, decimals: int = DECIMALS) -> Floats:
    """Targets rounded from the root down so that the weighted mean of displayed children meets their displayed parent.

    Each child is rounded to one of its two neighbours; within a family those next to the middle give way first, so that the
    weighted mean misses the parent's displayed level by less than 10^-``decimals``. A target that is exact as displayed stays.
    """
    unit = 10.0**-decimals
    exact = np.abs(target / unit - np.round(target / unit)) < NEARLY / unit
    steps = np.where(exact, np.round(target / unit), np.floor(target / unit))
    rest = np.where(exact, 0.0, target / unit - steps)
    steps[tree.root] = np.round(target[tree.root] / unit)
    for children, starts, parents in reversed(tree.upwards):
        for place, parent in enumerate(parents):
            end = starts[place + 1] if place + 1 < starts.size else children.size
            family = children[starts[place] : end]
            steps[family] += _up(rest[family], mass[family], mass[family] @ (steps[parent] - steps[family]))
    return np.round(steps * unit, decimals)


def _up(rest: Floats, mass: Floats, missing: float) -> Floats:
    """Which of a family round up (1) so that their weights come next to what is ``missing``; the nearest to it first."""
    up = np.zeros(rest.size)
    for child in np.argsort(-rest, kind="stable"):
        if rest[child] > 0 and abs(missing - mass[child]) <= abs(missing):
            up[child], missing = 1.0, missing - mass[child]
    return up
