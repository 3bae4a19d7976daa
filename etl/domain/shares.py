"""Differences of shares, and the net promoter score, with their intervals. Scalars or arrays of one shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from etl.domain.estimate import CONFIDENCE, byar, wilson

Floats = NDArray[np.float64]
PROMOTER_FROM, DETRACTOR_TO = 9, 6  # on 0-10
ADDED, ADDED_TO_A_TAIL = 3.0, 0.75


def newcombe(
    successes: ArrayLike, n: ArrayLike, successes_before: ArrayLike, n_before: ArrayLike, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats, Floats]:
    """A share minus another with the hybrid score interval. Source: Newcombe (1998), Statistics in Medicine 17:873, method 10.

    Counts may be effective ones (share × n_eff); NaN where nobody answered.
    """
    first, second = np.asarray(successes, float), np.asarray(successes_before, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = first / np.asarray(n, float), second / np.asarray(n_before, float)
        p_low, p_high = wilson(first, n, confidence)
        q_low, q_high = wilson(second, n_before, confidence)
        low = np.sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
        high = np.sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return p - q, p - q - low, p - q + high


def rate_change(
    events: ArrayLike, exposure: ArrayLike, events_before: ArrayLike, exposure_before: ArrayLike, per: float = 1.0,
    confidence: float = CONFIDENCE,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """A rate of counts minus another with the same square-and-add of each one's own limits (Byar, exact below ten).

    Source: Zou & Donner (2008), Statistics in Medicine 27:1693 (MOVER).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        r, q = (np.asarray(count, float) / np.asarray(base, float) * per
                for count, base in ((events, exposure), (events_before, exposure_before)))  # fmt: skip
    r_low, r_high = byar(events, exposure, per, confidence)
    q_low, q_high = byar(events_before, exposure_before, per, confidence)
    low, high = np.sqrt((r - r_low) ** 2 + (q_high - q) ** 2), np.sqrt((r_high - r) ** 2 + (q - q_low) ** 2)
    return r - q, r - q - low, r - q + high


def net_promoters(counts: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Promoters, detractors and all, from counts a raw score 0..10 (the last axis)."""
    table = np.asarray(counts, float)
    return table[..., PROMOTER_FROM:].sum(-1), table[..., : DETRACTOR_TO + 1].sum(-1), table.sum(-1)


def net_promoter_score(
    promoters: ArrayLike, detractors: ArrayLike, n: ArrayLike, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats, Floats]:
    """%promoters − %detractors, −100..100, with the adjusted Wald interval: 3 added to n, ¾ to each tail.

    The value is the plain one, the interval is around the adjusted. Source: Bonett & Price (2012), for p₁ − p₂ of one
    multinomial sample.
    """
    up, down, total = (np.asarray(part, float) for part in (promoters, detractors, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = (up + ADDED_TO_A_TAIL) / (total + ADDED), (down + ADDED_TO_A_TAIL) / (total + ADDED)
        half = special.ndtri(0.5 + confidence / 2) * np.sqrt((p + q - (p - q) ** 2) / (total + ADDED))
        value = (up - down) / total
    return 100 * value, 100 * np.clip(p - q - half, -1, 1), 100 * np.clip(p - q + half, -1, 1)
