"""Areas among their siblings without a bare rank: funnel limits, and the ranks an area may have."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special
from scipy.optimize import brentq

from etl.domain.estimate import CONFIDENCE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WARNING, ACTION = 0.95, 0.998  # the two funnels
WIDEST = 20.0  # standard deviations: no range of normals is as wide
NODES = np.linspace(-9.0, 9.0, 721)  # what an integral over a normal is summed at


def limits(
    target: ArrayLike, sd: ArrayLike, n_eff: ArrayLike, between: ArrayLike = 0.0, confidence: float = ACTION
) -> tuple[Floats, Floats]:
    """Within which a score of ``n_eff`` answers lies if its area is like the target; ``between``: an allowed variance
    between areas. Source: Spiegelhalter (2005), Statistics in Medicine 24:1185."""
    middle, base = np.asarray(target, float), np.asarray(n_eff, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.sqrt(np.asarray(sd, float) ** 2 / base + np.asarray(between, float))
    half = special.ndtri(0.5 + confidence / 2) * sigma
    return middle - half, middle + half


def flags(value: ArrayLike, target: ArrayLike, sd: ArrayLike, n_eff: ArrayLike) -> Ints:
    """−2 and 2 outside the funnel for action, −1 and 1 outside the one for warning, 0 within or unknown."""
    out = np.zeros(np.broadcast(value, target, sd, n_eff).shape, np.int64)
    for confidence in (WARNING, ACTION):
        low, high = limits(target, sd, n_eff, confidence=confidence)
        out = out + (np.asarray(value) > high) - (np.asarray(value) < low)
    return out


def rank_bands(value: ArrayLike, se: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Ints, Ints]:
    """The first and last rank (1 is the highest value) each sibling [sibling, group] may have; 0 where it has no value.

    All bands of a group hold at once with the given confidence: Tukey's pairwise comparisons.
    Source: Mohamad, van Zwet, Solari & Goeman (2021), Simultaneous confidence intervals for ranks, Statistica Neerlandica.
    """
    values, errors = np.asarray(value, float), np.asarray(se, float)
    there = np.isfinite(values) & np.isfinite(errors)
    siblings = there.sum(axis=0)
    limit = np.array([_tukey(int(k), confidence) for k in siblings])
    with np.errstate(invalid="ignore"):
        apart = values[:, None] - values[None, :]
        proven = limit * np.sqrt(errors[:, None] ** 2 + errors[None, :] ** 2)
        worse, better = (apart > proven).sum(axis=1), (apart < -proven).sum(axis=1)
    return np.where(there, better + 1, 0), np.where(there, siblings - worse, 0)


@cache
def _tukey(siblings: int, confidence: float) -> float:
    """How many standard errors of a difference two of so many siblings must lie apart: the quantile of the range of so many
    standard normals, by √2."""
    if siblings < 2:
        return np.inf
    return float(brentq(lambda apart: _within(apart, siblings) - confidence, 0.0, WIDEST) / np.sqrt(2))


def _within(apart: float, siblings: int) -> float:
    """The chance that so many standard normals all lie within ``apart`` of each other."""
    density = np.exp(-(NODES**2) / 2) / np.sqrt(2 * np.pi)  # of the greatest
    others = special.ndtr(NODES) - special.ndtr(NODES - apart)
    return float(siblings * np.trapezoid(density * others ** (siblings - 1), NODES))
