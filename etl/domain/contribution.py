"""Who moved a weighted mean: the exact split of its change into each part's own change and a change of mix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from etl.domain.reading import Sums


@dataclass(frozen=True)
class Movement:
    """``total`` = the sum of ``within`` + ``mix``, in points of the whole's score."""

    total: float
    within: dict[str, float]
    mix: float


def decompose(now: Mapping[str, Sums], before: Mapping[str, Sums]) -> Movement | None:
    """The change of the mean over all parts: mean share x own change for each part, the rest a change of shares.

    Parts present on one side only have no change of their own and count in the mix.
    ``None`` when one side is empty. Source: the symmetric (Marshall-Edgeworth) split of a weighted mean.
    """
    weight_now, weight_before = (sum(part.sw for part in side.values()) for side in (now, before))
    if weight_now <= 0 or weight_before <= 0:
        return None
    total = _mean(now, weight_now) - _mean(before, weight_before)
    within = {
        key: (part.sw / weight_now + before[key].sw / weight_before) / 2 * (_score(part) - _score(before[key]))
        for key, part in now.items()
        if key in before and part.sw > 0 and before[key].sw > 0
    }
    return Movement(total, within, total - sum(within.values()))


def _mean(side: Mapping[str, Sums], weight: float) -> float:
    return sum(part.swx for part in side.values()) / weight


def _score(part: Sums) -> float:
    return part.swx / part.sw
