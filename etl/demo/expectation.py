"""The exact expected 0-100 score of a 1-10 answer, given the mean of the latent score behind it.

A customer's latent score is normal around the mean with sd ``SCORE_SD``; the answer is 1 + 9/100 of it, rounded to a
whole number from 1 to 10. What a population says on average is the mixture over modes and generations.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from etl.demo.chain import (
    GENERATION_EFFECTS,
    GENERATION_ITEMS,
    ITEM,
    MODE_EFFECTS,
    MODE_SHARES,
    SCORE_SD,
    SEGMENT_EFFECTS,
    SHARE_5G,
    asked,
)

LOWEST, HIGHEST, STEP = -80.0, 200.0, 0.05
THRESHOLDS = (np.arange(1, 10) - 0.5) / 9 * 100  # above the x-th, the answer is more than x
GRID = np.arange(LOWEST, HIGHEST + STEP, STEP)


def discretise(latent: NDArray[np.floating]) -> NDArray[np.int8]:
    """Latent scores → answers 1-10."""
    return np.clip(np.rint(1 + latent * 0.09), 1, 10).astype(np.int8)


@lru_cache(maxsize=1)
def _single() -> NDArray[np.float64]:
    """Expected score on the grid of latent means."""
    out = np.zeros_like(GRID)
    for threshold in THRESHOLDS:
        out += norm.cdf((GRID - threshold) / SCORE_SD) * 100 / 9
    return out


def mode_mix(item: str) -> NDArray[np.float64]:
    """The modes of those who are asked the item."""
    shares = MODE_SHARES * asked()[:, ITEM[item]]
    return shares / shares.sum()


def generation_mix(urban: int, business: int, segment: int) -> dict[str, float]:
    """The network generations of a kind of customer."""
    if business == 1:
        return {"fixed": 1.0}
    share = float(SHARE_5G[urban, segment])
    return {"4g": 1 - share, "5g": share}


def generation_effect(item: str, generation: str) -> float:
    return GENERATION_EFFECTS[generation] if item in GENERATION_ITEMS else 0.0


@lru_cache(maxsize=256)
def table(item: str, urban: int, business: int, segment: int) -> NDArray[np.float64]:
    """Expected score over the modes and generations of a kind of customer, on the grid of latent means."""
    out = np.zeros_like(GRID)
    for mode, share in enumerate(mode_mix(item)):
        for generation, part in generation_mix(urban, business, segment).items():
            shift = MODE_EFFECTS[mode] + SEGMENT_EFFECTS[segment] + generation_effect(item, generation)
            out += share * part * np.interp(GRID + shift, GRID, _single())
    return out


def expected(values: NDArray[np.float64], latent: NDArray[np.floating]) -> NDArray[np.float32]:
    """Look latent means up in a table, linearly (the error is below 1e-5 points)."""
    place = (latent - LOWEST) / STEP
    below = place.astype(np.int32)
    low = values[below]
    return (low + (values[below + 1] - low) * (place - below)).astype(np.float32)


def shift_for(item: str, latent: float, fall: float) -> float:
    """How far the latent mean must fall for the expected score to fall by ``fall`` points (urban mobile public)."""
    values = table(item, 1, 1 if item.startswith(("broadband", "install")) else 0, 0)
    goal = np.interp(latent, GRID, values) - fall
    return float(latent - np.interp(goal, values, GRID))
