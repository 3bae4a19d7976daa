"""What one tree's driver estimate works on, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etl.domain.driver_areas import Effect
from etl.steps.driver_reads import Areas, Window

SEED = 20260101  # of the bootstrap: the same publication gives the same intervals
SEEN = (0.025, 0.975)  # quantiles of a driver's readings between areas: its observed range

Floats = NDArray[np.float64]
Indicator = dict[str, Any]


@dataclass(frozen=True)
class Spread:
    """How far a driver differs between areas: sd, and the range observed."""

    sd: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Floats, sd: float) -> Spread:
        known = values[np.isfinite(values)]
        return cls(sd, *(float(one) for one in np.quantile(known, SEEN)))


@dataclass(frozen=True)
class Driven:
    """An outcome, one kind of evidence on one driver (by its id), the level the driver is measured at and its spread."""

    outcome: int
    effect: Effect
    level: int | None
    direction: int
    spread: Spread
    base: float | None  # the outcome's mean, of headline outcomes


@dataclass(frozen=True)
class Scope:
    """A tree by its root, a publication, its window, areas and all indicators."""

    root: int
    publication: int
    span: Window
    areas: Areas
    indicators: Sequence[Indicator]

    def of(self, kind: str) -> list[Indicator]:
        return [one for one in self.indicators if one["kind"] == kind]

    @property
    def outcomes(self) -> list[Indicator]:
        return [one for one in self.indicators if one["headline"] is not None]

    @property
    def targets(self) -> list[Indicator]:
        """Headline outcomes, then perceptions: what a process may go with."""
        return [*self.outcomes, *self.of("perception")]


def renamed(effect: Effect, driver: int) -> Effect:
    """The effect with its driver under another number."""
    return replace(effect, driver=driver)
