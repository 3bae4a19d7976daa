"""What the overview shows, as numbers: no wording, no colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dashboard.pages.overview.aimed import Aim
from dashboard.pages.overview.outlook import Expected
from etl.domain.contribution import Movement
from etl.domain.period import Period
from etl.domain.reading import Change, Reading


@dataclass(frozen=True)
class Indicator:
    """A measured thing; names, owner line and definition in both languages under ``zh`` and ``en``."""

    indicator_id: int
    code: str
    unit: str
    direction: int
    kind: str
    fact: str
    factor: float
    decimals: int
    headline: int | None
    line_id: str
    denominator: str | None
    review_due: date
    names: Mapping[str, str]
    shorts: Mapping[str, str]
    lines: Mapping[str, str]
    definitions: Mapping[str, str]
    reviewed_on: date | None = None


@dataclass(frozen=True)
class Comparison:
    """What the period is compared with; while it runs, with its first ``days`` days only."""

    period: Period
    complete: bool
    days: int
    now: tuple[date, date]
    previous: tuple[date, date]
    last_year: tuple[date, date]


@dataclass(frozen=True)
class Lead:
    """Own score minus the strongest competitor's (``brand``), in the finest ``window`` that holds both."""

    change: Change
    brand: str
    window: Period


@dataclass(frozen=True)
class Card:
    """One headline outcome of the area."""

    indicator: Indicator
    reading: Reading | None
    change: Change | None
    change_year: Change | None
    lead: Lead | None
    band: tuple[int, int, int] | None  # band (1 best), bands, siblings
    spark: tuple[float | None, ...]


@dataclass(frozen=True)
class Member:
    """A child of the area, or (at the leaf) one value of a cut: a row of the ranking."""

    key: str
    names: Mapping[str, str]
    group: str = ""
    known: bool = True  # False: the unknown member, which counts in its parent but has no place
    open: bool = True  # False: outside the user's areas
    place: tuple[float, float] | None = None
    boundary: Mapping[str, Any] | None = None
    reading: Reading | None = None
    change: Change | None = None
    gap: float | None = None  # to the area itself
    against: Change | None = None  # to the rest of the area, with its proof
    rank: int | None = None
    ranks: tuple[int, int] | None = None  # the first and the last it may have, all its siblings' holding at once
    alerts: int = 0  # open, here and below


@dataclass(frozen=True)
class Declared:
    """A declared happening, first to last day."""

    kind: str
    first: date
    last: date
    words: str


@dataclass(frozen=True)
class TrendPoint:
    period: Period
    reading: Reading | None
    last_year: Reading | None


@dataclass(frozen=True)
class Moved:
    """The split of the change; ``reason`` is a text key saying why there is none."""

    movement: Movement | None
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    proven: Mapping[str, int] = field(default_factory=dict)  # of parts whose bases may be ranked
    reason: str = ""


@dataclass(frozen=True)
class ProcessRow:
    """A perception, process or complaint indicator of the area."""

    indicator: Indicator
    value: float | None
    low: float | None
    high: float | None
    n: float | None
    change: float | None
    change_year: float | None
    proven: int = 0  # of the change, in its direction
    tested: bool = False  # survey scores and complaints: what was counted in full needs no proof
    reading: Reading | None = None  # of survey scores that may be shown


@dataclass(frozen=True)
class Touchpoint:
    code: str
    kind: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class Reorganised:
    """An area that was moved, split or merged: it stands as today from ``day`` on. ``ended``: it is no more.

    ``without_heir``: it was split or closed, and its answers of before count in the unknown member ``now``.
    """

    day: date
    names: Mapping[str, str]
    then: Mapping[str, str]
    now: Mapping[str, str]
    ended: bool
    area_id: int
    without_heir: bool = False


@dataclass(frozen=True)
class View:
    """The whole page."""

    indicators: tuple[Indicator, ...]
    outcome: Indicator
    comparison: Comparison
    cards: tuple[Card, ...]
    members: tuple[Member, ...]
    members_period: Period  # at the leaf the cuts are kept by longer periods
    leaf: bool
    trend: tuple[TrendPoint, ...]
    by_member: Moved
    by_cut: Moved
    cut: str
    cuts: tuple[str, ...]  # the cuts one may choose between
    process: tuple[ProcessRow, ...]
    touchpoints: tuple[Touchpoint, ...]
    brands: Mapping[str, Mapping[str, str]]
    parent: Reading | None
    reorganised: tuple[Reorganised, ...] = ()
    expected: Mapping[str, Expected] = field(default_factory=dict)  # at the running period's end, by outcome
    alerts: int = 0  # open, in the area and below
    doubtful: bool = False  # the month's answers changed in number or mix: it is compared with no other
    declared: tuple[Declared, ...] = ()
    lost: tuple[str, ...] = ()  # parts that could not be read
    aims: Mapping[str, Aim] = field(default_factory=dict)  # of the plan in force, by outcome

    @property
    def card(self) -> Card:
        return next(card for card in self.cards if card.indicator.code == self.outcome.code)
