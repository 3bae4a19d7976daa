"""The N+1 card: what an actual is worth against its target, whether that is proven, and the score of the whole card."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FLOOR_BELOW = 5.0  # points under the baseline of an outcome where its score is 0
SCORES = (0.0, 60.0, 100.0, 120.0)  # at floor, baseline, target and challenge
ALPHA_MAX = 0.5  # the outcome's share of a card where it is measured without error


class Attainment(IntEnum):
    """Where an actual stands; nothing is missed, and nothing met, unless its interval excludes the target."""

    MISSED = -1
    NOT_PROVEN = 0
    MET = 1


def score(
    actual: ArrayLike,
    floor: ArrayLike,
    baseline: ArrayLike,
    target: ArrayLike,
    challenge: ArrayLike = np.nan,
    direction: ArrayLike = 1.0,
) -> Floats:
    """0 at ``floor``, 60 at ``baseline``, 100 at ``target``, 120 at ``challenge`` (NaN: none), linear between, clipped outside.

    All broadcast; ``direction`` is 1 where higher is better, -1 where lower is. Knots that coincide take the higher score; one
    that lies on the wrong side of the knot before it counts as that one. NaN where there is no actual or no target.
    """
    x, *knots = (np.asarray(part, float) * np.asarray(direction, float) for part in (actual, floor, baseline, target, challenge))
    x, *knots = np.broadcast_arrays(x, *knots)
    out = np.full(x.shape, SCORES[0])
    below = knots[0]
    for knot, low, high in zip(knots[1:], SCORES, SCORES[1:], strict=False):
        above = np.fmax(knot, below)
        with np.errstate(divide="ignore", invalid="ignore"):
            between = low + (x - below) / (above - below) * (high - low)
        there = ~np.isnan(knot)
        out = np.where(there & (x >= above), high, np.where(there & (x >= below), between, out))
        below = np.where(there, above, below)
    return np.where(np.isnan(x) | np.isnan(knots[2]), np.nan, out)


def attainment(low: ArrayLike, high: ArrayLike, target: ArrayLike, direction: ArrayLike = 1.0) -> NDArray[np.int64]:
    """:class:`Attainment` of an interval; not proven where a bound or the target is NaN. All broadcast."""
    sign = np.asarray(direction, float)
    first, second, aim = (np.asarray(part, float) * sign for part in (low, high, target))
    worst, best = np.minimum(first, second), np.maximum(first, second)
    return np.where(worst >= aim, int(Attainment.MET), np.where(best < aim, int(Attainment.MISSED), int(Attainment.NOT_PROVEN)))


def share_of_outcome(reliability: ArrayLike, alpha_max: float = ALPHA_MAX) -> Floats:
    """α = α_max · A/(A+ψ): an area whose outcome is hardly measured is judged on its process. NaN counts as not measured."""
    return alpha_max * np.clip(np.nan_to_num(np.asarray(reliability, float)), 0.0, 1.0)


def card(outcome: ArrayLike, process: ArrayLike, weight: ArrayLike, alpha: ArrayLike) -> Floats:
    """α · outcome + (1 - α) · Σ ω · process.

    ``outcome`` and ``alpha`` are [...], ``process`` scores and ``weight`` [..., indicator]. An indicator without a score leaves
    its weight to the others; without any of them the outcome stands alone, without an outcome the process; NaN without both.
    """
    own, share = np.asarray(outcome, float), np.asarray(alpha, float)
    scores, omega = np.asarray(process, float), np.broadcast_to(np.asarray(weight, float), np.shape(process))
    counted = np.where(np.isnan(scores), 0.0, omega)
    total = counted.sum(axis=-1)
    lines = np.divide((counted * np.nan_to_num(scores)).sum(axis=-1), total, out=np.full(total.shape, np.nan), where=total > 0)
    share = np.where(np.isnan(lines), 1.0, np.where(np.isnan(own), 0.0, share))
    joint = share * np.nan_to_num(own) + (1 - share) * np.nan_to_num(lines)
    return np.where(np.isnan(own) & np.isnan(lines), np.nan, joint)
