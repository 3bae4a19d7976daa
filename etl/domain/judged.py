"""Areas judged on their targets in one period: actuals against what was asked, scores of each indicator, of lines and cards.

All arrays are [area, indicator]; NaN where an area has no target or no actual.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.domain import card
from etl.domain.estimate import byar, wilson

Floats = NDArray[np.float64]
COUNTED = "complaint"  # facts that happen: their counts vary by chance
PER_HEAD = "subscribers"


@dataclass(frozen=True)
class Actual:
    """Readings with their 95 % intervals and bases."""

    value: Floats
    low: Floats
    high: Floats
    n: Floats


@dataclass(frozen=True)
class Asked:
    """What a period asks: baseline and target along the season, the challenge beyond it, and where a score is 0."""

    baseline: Floats
    target: Floats
    challenge: Floats
    floor: Floats


@dataclass(frozen=True)
class Parts:
    """[area] the outcome's score and share, [area, line] the lines', and the card's; NaN where there is nothing to score."""

    outcome: Floats
    outcome_share: Floats
    lines: Floats
    line_share: Floats
    whole: Floats


def ratio(numerator: Floats, denominator: Floats, factor: float, fact: str, per: str | None) -> tuple[Floats, Floats, Floats]:
    """Value and interval of a ratio: Byar's for rates per head, Wilson's for shares of complaints; what was counted in full has
    none but itself."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = factor * numerator / denominator
    if fact == COUNTED and per == PER_HEAD:
        return value, *byar(numerator, denominator, factor)
    if fact == COUNTED:
        low, high = wilson(np.minimum(numerator, denominator), denominator)
        return value, factor * low, factor * high
    return value, value, value


def floors(baseline: Floats, target: Floats, direction: Floats, below: Floats) -> Floats:
    """Where a score is 0: ``below`` [indicator] under the baseline, and never nearer than the target lies above it."""
    return baseline - direction * np.fmax(below, np.abs(target - baseline))


def scores(actual: Actual, asked: Asked, direction: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Score and state of each; ``direction`` [indicator]."""
    made = card.score(actual.value, asked.floor, asked.baseline, asked.target, asked.challenge, direction)
    return made, card.attainment(actual.low, actual.high, asked.target, direction)


def parts(
    score: Floats, outcome: NDArray[np.bool_], weight: Floats, line: NDArray[np.int64], lines: int, reliability: Floats,
    alpha_max: float = card.ALPHA_MAX,
) -> Parts:  # fmt: skip
    """Outcome, lines and card of every area.

    ``outcome`` and ``line`` [indicator] say what an indicator is and whose; ``weight`` [area, indicator] what a process counts
    (points of outcome it is to bring); ``reliability`` [area] of the outcomes.
    """
    own = _mean(score[:, outcome], np.ones_like(score[:, outcome]))
    process = ~outcome
    omega = np.where(np.isnan(score), 0.0, weight)[:, process]
    alpha = card.share_of_outcome(reliability, alpha_max)
    by_line = np.full((len(score), lines), np.nan)
    total = np.zeros((len(score), lines))
    for at in range(lines):
        mine = line[process] == at
        by_line[:, at] = _mean(score[:, process][:, mine], omega[:, mine])
        total[:, at] = omega[:, mine].sum(axis=1)
    whole = card.card(own, np.where(np.isnan(by_line), np.nan, by_line), total, alpha)
    any_line = total.sum(axis=1) > 0
    share = np.where(any_line, np.where(np.isnan(own), 0.0, alpha), 1.0)
    rest = np.divide(total, total.sum(axis=1, keepdims=True), out=np.zeros_like(total), where=any_line[:, None])
    return Parts(own, share, by_line, rest * (1 - share)[:, None], whole)


def _mean(values: Floats, weight: Floats) -> Floats:
    counted = np.where(np.isnan(values), 0.0, weight)
    total = counted.sum(axis=1)
    return np.divide((counted * np.nan_to_num(values)).sum(axis=1), total, out=np.full(len(values), np.nan), where=total > 0)
