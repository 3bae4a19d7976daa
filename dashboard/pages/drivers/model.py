"""What the drivers page shows, as numbers: no wording, no colours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from etl.domain.period import Period

LEVEL = 0.25  # typical differences: nearer than this is level with the other


@dataclass(frozen=True)
class Indicator:
    """A measured thing, its names, owner line and definition by language."""

    indicator_id: int
    code: str
    kind: str
    unit: str
    direction: int
    factor: float
    decimals: int
    fact: str
    denominator: str | None
    headline: int | None
    names: Mapping[str, str]
    shorts: Mapping[str, str]
    lines: Mapping[str, str]
    definitions: Mapping[str, str]


@dataclass(frozen=True)
class Standing:
    """A reading with its base: ``window`` periods long; ``where`` names the area it was measured for, when that is not the
    page's own; ``few``: too few answers to say (then there is no value); ``shrunken``: drawn towards the area above."""

    value: float | None
    low: float | None
    high: float | None
    n: float
    window: int = 1
    where: Mapping[str, str] | None = None
    few: bool = False
    shrunken: bool = False

    @property
    def half(self) -> float:
        """Half the width of the interval; infinite where one of a score is missing."""
        if self.value is None or self.low is None or self.high is None:
            return math.inf
        return max(self.high - self.value, self.value - self.low)


@dataclass(frozen=True)
class Effect:
    """Points of the outcome per unit of a driver towards its better side, with interval, evidence and base."""

    slope: float
    low: float
    high: float
    proven: bool
    evidence: str
    level: int | None
    lag: int | None
    differing: float | None
    n: int
    clusters: int
    share: tuple[float, float, float] | None
    method: str | None
    spread: float
    seen: tuple[float, float]
    base: float | None

    @property
    def weight(self) -> tuple[float, float, float]:
        """Points that go with one typical difference between areas, with the interval."""
        return self.slope * self.spread, self.low * self.spread, self.high * self.spread


@dataclass(frozen=True)
class Driver:
    """One indicator beside the outcome: its effect, how it stands here and what that is held against."""

    indicator: Indicator
    effect: Effect
    here: Standing | None
    other: Standing | None
    via: tuple[tuple[str, Effect], ...] = ()  # perceptions (by code) a process provenly goes with, the strongest first

    @property
    def gap(self) -> float | None:
        """Ahead (+) or behind (−) towards the better side, in the indicator's own unit."""
        if self.here is None or self.other is None or self.here.value is None or self.other.value is None:
            return None
        return (self.here.value - self.other.value) * self.indicator.direction

    @property
    def judged(self) -> int:
        """1 ahead, −1 behind, 0 level or not proven: scores by both intervals, readings counted in full by their size alone."""
        if self.gap is None or self.places is None or self.here is None or self.other is None:
            return 0
        noise = 0.0 if self.indicator.fact != "answer" else math.hypot(self.here.half, self.other.half)
        return 0 if abs(self.gap) <= noise or abs(self.places) < LEVEL else 1 if self.gap > 0 else -1

    @property
    def places(self) -> float | None:
        """The gap in typical differences between areas."""
        return None if self.gap is None or self.effect.spread <= 0 else self.gap / self.effect.spread

    @property
    def worth(self) -> float | None:
        """Points of the outcome that go with the gap; nothing for what is not proven."""
        return None if self.gap is None or not self.effect.proven else self.gap * self.effect.slope


@dataclass(frozen=True)
class Made:
    """How the effects were estimated: over which months, on which publication."""

    first: date
    last: date
    publication: int


@dataclass(frozen=True)
class View:
    """The whole page. ``against`` is ``parent``, ``year`` (the same period of last year) or empty."""

    outcomes: tuple[Indicator, ...]
    outcome: Indicator
    period: Period
    here: Standing | None
    other: Standing | None
    against: str
    above: Mapping[str, str]
    drivers: tuple[Driver, ...]
    made: Made | None
    chosen: Driver | None
    to: float | None

    @property
    def perceptions(self) -> tuple[Driver, ...]:
        return tuple(one for one in self.drivers if one.indicator.kind == "perception")

    @property
    def processes(self) -> tuple[Driver, ...]:
        return tuple(one for one in self.drivers if one.indicator.kind == "process")


Row = dict[str, Any]
