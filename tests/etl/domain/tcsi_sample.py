"""A satisfaction model of seven constructs and 24 items, and answers drawn from a known one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZES = {"image": 5, "expectation": 3, "quality": 7, "value": 2, "satisfaction": 3, "complaints": 1, "loyalty": 3}
SEVEN: dict[str, Any] = {
    "construct": [
        {"code": code, "items": [f"{code}{i + 1}" for i in range(size)], "least": 2 if code == "satisfaction" else 0}
        for code, size in SIZES.items()
    ],
    "paths": {
        "image": ["expectation", "satisfaction", "loyalty"], "expectation": ["quality", "value", "satisfaction"],
        "quality": ["value", "satisfaction"], "value": ["satisfaction"], "satisfaction": ["complaints", "loyalty"],
        "complaints": ["loyalty"],
    },
}  # fmt: skip
TRUE = {
    ("image", "expectation"): 0.5, ("image", "satisfaction"): 0.2, ("image", "loyalty"): 0.2, ("expectation", "quality"): 0.55,
    ("expectation", "value"): 0.05, ("expectation", "satisfaction"): 0.1, ("quality", "value"): 0.55,
    ("quality", "satisfaction"): 0.5, ("value", "satisfaction"): 0.2, ("satisfaction", "complaints"): 0.5,
    ("satisfaction", "loyalty"): 0.45, ("complaints", "loyalty"): 0.1,
}  # fmt: skip


def drawn(n: int, rng: np.random.Generator, loading: float = 0.85) -> NDArray[np.float64]:
    """Answers 1-10 [n 24] of respondents whose constructs follow ``TRUE``."""
    codes = list(SIZES)
    latent = np.zeros((n, len(codes)))
    for at, code in enumerate(codes):
        explained = sum((effect * latent[:, codes.index(cause)] for (cause, to), effect in TRUE.items() if to == code), np.zeros(n))
        noise = np.sqrt(max(1 - explained.var(), 0.1))
        latent[:, at] = explained + noise * rng.standard_normal(n)
    columns = [
        loading * latent[:, at] + np.sqrt(1 - loading**2) * rng.standard_normal(n)
        for at, size in enumerate(SIZES.values()) for _ in range(size)
    ]  # fmt: skip
    return np.clip(np.rint(7.3 + 1.9 * np.stack(columns, axis=1)), 1, 10)
