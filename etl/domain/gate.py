"""Whether two periods may be compared at all: as many answers, from the same kinds of people; and the change if they were.

A mean that moves because other people were asked is a matter of data quality, neither a rise nor a fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

VOLUME = 0.5  # a change of the number of answers by more than this part, either way
MIX = 0.20  # a change of the share of any kind of answers by more than this
BEYOND_CHANCE = 3.0  # standard errors: what so few answers do by themselves closes no gate


@dataclass(frozen=True)
class Mix:
    """Of two periods, [...]: the largest move of a share, which value of the cut it was, and the change with the mix held.

    ``closed``: the move is too large for a comparison. ``held`` is the change of the mean if each value of the cut had kept its
    share of the earlier period, over the values seen in both; ``error`` its standard error; NaN where none is seen in both.
    """

    moved: Floats
    value: NDArray[np.intp]
    closed: Bools
    held: Floats
    error: Floats


def volume_closed(before: ArrayLike, now: ArrayLike) -> Bools:
    """Whether the number of answers changed by more than half, beyond chance; same shapes. No answers before: not closed."""
    old, new = np.asarray(before, float), np.asarray(now, float)
    far = (new > (1 + VOLUME) * old) | (new < (1 - VOLUME) * old)
    return np.asarray((old > 0) & far & (np.abs(new - old) > BEYOND_CHANCE * np.sqrt(new + old)))


def mix(n_before: ArrayLike, n_now: ArrayLike, before: ArrayLike, now: ArrayLike, variance: ArrayLike) -> Mix:
    """Compare the values of one cut, the last axis: answers and means of two periods, and the variance of one answer.

    ``variance`` broadcasts to the other shape without its last axis.
    """
    old, new = np.asarray(n_before, float), np.asarray(n_now, float)
    mean_old, mean_new = np.asarray(before, float), np.asarray(now, float)
    total_old, total_new = old.sum(axis=-1, keepdims=True), new.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        move = new / total_new - old / total_old
        pooled = (old + new) / (total_old + total_new)
        chance = np.sqrt(pooled * (1 - pooled) * (1 / total_old + 1 / total_new))
    move = np.nan_to_num(move)
    far = (np.abs(move) > MIX) & (np.abs(move) > BEYOND_CHANCE * np.nan_to_num(chance, posinf=0.0))
    both = (old > 0) & (new > 0) & np.isfinite(mean_old) & np.isfinite(mean_new)
    weight = np.where(both, old, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = weight / weight.sum(axis=-1, keepdims=True)
        held = np.where(both, weight * (mean_new - mean_old), 0.0).sum(axis=-1)
        noise = np.where(both, weight**2 * (1 / old + 1 / new), 0.0).sum(axis=-1)
    known = both.any(axis=-1)
    largest = np.argmax(np.abs(move), axis=-1)
    return Mix(
        np.take_along_axis(move, largest[..., None], axis=-1)[..., 0],
        largest,
        far.any(axis=-1),
        np.where(known, held, np.nan),
        np.where(known, np.sqrt(noise * np.asarray(variance, float)), np.nan),
    )
