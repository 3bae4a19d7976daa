"""Customers whose chance of being dissatisfied is known, because we drew them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.domain.features import Feature

FEATURES = (
    Feature("breaks"), Feature("minutes"), Feature("slow", "tick", said=True), Feature("handset", "category"),
    Feature("noise"),
)  # fmt: skip
HANDSETS = np.array(["A", "B", "C", "D"])


def drawn(rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The table, the true probability, and the scores 1-10 that came of it (6 and less are dissatisfied)."""
    rng = np.random.default_rng(seed)
    breaks, slow, handset = rng.poisson(3, rows).astype(float), (rng.random(rows) < 0.3).astype(float), rng.integers(0, 4, rows)
    logit = -2.6 + 0.9 * (breaks > 4) + 1.3 * slow + np.array([0.0, 0.0, 1.2, -0.8])[handset]
    chance = 1 / (1 + np.exp(-logit))
    bad = rng.random(rows) < chance
    score = np.where(bad, rng.integers(1, 7, rows), rng.integers(7, 11, rows)).astype(float)
    frame = pd.DataFrame({
        "breaks": np.where(rng.random(rows) < 0.1, np.nan, breaks), "minutes": rng.exponential(200, rows), "slow": slow,
        "handset": pd.Series(HANDSETS[handset], dtype=object).mask(rng.random(rows) < 0.05, None), "noise": rng.normal(size=rows),
    })  # fmt: skip
    return frame, chance, score
