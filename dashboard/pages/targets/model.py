"""What the targets page shows, as numbers: no wording, no colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from etl.domain.period import Period

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Indicator:
    """A planned indicator; names by language. ``mode``, ``ceiling`` and ``rational`` say how it is shared out."""

    indicator_id: int
    code: str
    unit: str
    direction: int
    decimals: int
    line: str
    names: Mapping[str, str]
    shorts: Mapping[str, str]
    lines: Mapping[str, str]
    definitions: Mapping[str, str]
    outcome: bool
    mode: str
    ceiling: float
    rational: float | None
    asked: Row | None = None  # of the root: what is asked, attainable and short, where the reader may see it


@dataclass(frozen=True)
class Plan:
    """A plan as it is shown: its period, status and the version asked for."""

    plan_id: int
    root: int
    period: Period
    base: Period
    status: str
    version: int  # the newest
    shown: int
    made_by: str
    published_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it may be changed: negotiated, and seen in its newest version."""
        return self.status == "proposed" and self.shown == self.version


@dataclass(frozen=True)
class Area:
    """A member of the plan; ``open``: the reader sees it in full."""

    area_id: int
    code: str
    level: int
    names: Mapping[str, str]
    open: bool


@dataclass(frozen=True)
class Target:
    """One area's target of one indicator, with how it stands in negotiation and, once followed, what came of it."""

    area: int
    weight: float
    baseline: float
    target: float
    displayed: float
    floor: float | None
    cap: float | None
    lock: float | None
    challenge: float | None
    lead: float | None
    easiest: float
    hardest: float
    binding: bool
    reach: float | None
    state: str = "proposed"
    countered: float | None = None
    attained: Row | None = None

    def lift(self, direction: int) -> float:
        """Points (or units) of improvement asked."""
        return direction * (self.target - self.baseline)

    def left(self, direction: int) -> float | None:
        """The share of the lift still to be made: 0 or less when the target is reached, ``None`` before anything is known."""
        if self.attained is None:
            return None
        asked = direction * (self.attained["target"] - self.attained["baseline"])
        gap = direction * (self.attained["target"] - self.attained["actual"])
        return gap / asked if asked > 1e-9 else (0.0 if gap <= 0 else 1.0)


@dataclass(frozen=True)
class Slope:
    """Points of an outcome per unit of a process."""

    outcome: int
    process: int
    slope: float
    spread: float
    author: str | None


@dataclass(frozen=True)
class Rights:
    """For whom the reader answers at the area in hand; whether he plans below it, and the whole."""

    sides: tuple[str, ...] = ()
    below: bool = False
    whole: bool = False


@dataclass(frozen=True)
class View:
    """The whole page. ``here`` is the area of the address, ``at`` the one whose card is shown (itself or a member)."""

    plans: Sequence[Plan]
    plan: Plan | None
    indicators: Sequence[Indicator] = ()
    indicator: Indicator | None = None
    here: Area | None = None
    members: Sequence[Area] = ()
    at: Area | None = None
    targets: Mapping[tuple[int, int], Target] = field(default_factory=dict)  # by area and indicator
    slopes: Sequence[Slope] = ()
    scores: Sequence[Row] = ()
    steps: Sequence[Row] = ()
    rights: Rights = field(default_factory=Rights)
    judged: Period | None = None
    through: date | None = None

    def target(self, area: int | None, indicator: Indicator | None) -> Target | None:
        """A target, ``None`` where there is none or the reader may not see it."""
        return None if area is None or indicator is None else self.targets.get((area, indicator.indicator_id))

    @property
    def complete(self) -> bool:
        """Whether the reader sees every member's target, so that what they make together may be said."""
        own = self.target(self.here.area_id if self.here else None, self.indicator)
        seen = [target for one in self.members if (target := self.target(one.area_id, self.indicator)) is not None]
        return own is not None and bool(seen) and sum(one.weight for one in seen) >= own.weight * (1 - 1e-6)

    @property
    def drawn(self) -> str:
        """What is asked of the area in hand and how it is shared out, as one word a browser gives back with what it changes."""
        target = self.target(self.here.area_id if self.here else None, self.indicator)
        return f"{target.target:.2f} {self.indicator.mode}" if target is not None and self.indicator is not None else ""

    @property
    def standing(self) -> str:
        """The target whose card is shown and how it stands, likewise: nobody agrees to, accepts or locks what he has not seen."""
        target = self.target(self.at.area_id if self.at else None, self.indicator)
        return f"{target.displayed:.4f} {target.state} {target.countered}" if target is not None else ""

    @property
    def outcomes(self) -> list[Indicator]:
        return [one for one in self.indicators if one.outcome]

    @property
    def processes(self) -> list[Indicator]:
        return [one for one in self.indicators if not one.outcome]

    @property
    def serving(self) -> list[tuple[Indicator, Slope]]:
        """The processes that carry the chosen outcome, those that bring most first."""
        known = {one.indicator_id: one for one in self.indicators}
        chosen = self.indicator.indicator_id if self.indicator else 0
        found = [(known[one.process], one) for one in self.slopes if one.outcome == chosen and one.process in known]
        root = self.at.area_id if self.at else 0

        def brought(pair: tuple[Indicator, Slope]) -> float:
            target = self.targets.get((root, pair[0].indicator_id))
            return -pair[1].slope * (target.lift(pair[0].direction) if target else 0.0)

        return sorted(found, key=brought)

    @property
    def columns(self) -> list[Indicator]:
        """What the matrix shows: the chosen outcome and its processes, or a chosen process alone."""
        return [*([self.indicator] if self.indicator else []), *(one for one, _ in self.serving)]
