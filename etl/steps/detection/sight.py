"""What a rule saw of one indicator in one period: a judgement of every area, and the figures an alert would tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etl.domain.area_estimates import Sums
from etl.domain.estimate import mean_interval
from etl.domain.lives import Codes

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Figures:
    """[area]: the reading with its interval and bases, what was expected, the statistic (lower is worse); NaN where unknown."""

    value: Floats
    low: Floats
    high: Floats
    n: Floats
    n_eff: Floats
    expected: Floats
    size: Floats
    s: Floats

    @classmethod
    def nothing(cls, count: int) -> Figures:
        return cls(*(np.full(count, np.nan) for _ in range(8)))

    @classmethod
    def of(cls, sums: Sums, at: int, shown: Bools, expected: Floats, size: Floats, s: Floats) -> Figures:
        """Of period ``at`` of survey sums; where not ``shown`` there is no value."""
        parts = [getattr(sums, name)[:, at] for name in ("n", "sw", "sw2", "swx", "swx2")]
        made, nothing = mean_interval(*parts), np.nan
        hidden = (np.where(shown, part, nothing) for part in (made.value, made.low, made.high))
        return cls(*hidden, parts[0], sums.n_eff[:, at], expected, size, s)

    def row(self, area: int) -> dict[str, float | None]:
        """One area's, by name; what is unknown is ``None``."""
        return {name: float(part[area]) if np.isfinite(part[area]) else None for name, part in vars(self).items()}


@dataclass(frozen=True)
class Sight:
    """One period of one rule and indicator (``None``: of a feed). ``told`` holds codes of :mod:`etl.domain.lives`."""

    indicator: int | None
    start: date
    watched: Bools
    told: Codes
    state: Codes
    figures: Figures
    fast: Bools
    since: Callable[[int], date | None] = lambda area: None
    detail: Callable[[int], Mapping[str, Any]] = lambda area: {}
    subject: str = ""
    periods: Sequence[date] = field(default_factory=tuple)
