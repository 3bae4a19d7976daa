"""What the voice page shows, read and reckoned; names in both languages under ``zh`` and ``en``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from etl.domain.period import Period
from etl.domain.reading import Change, Reading
from etl.domain.tcsi_model import Model

Names = Mapping[str, str]


@dataclass(frozen=True)
class Vintage:
    """Frozen weights of a business and year, with what was estimated beside them."""

    vintage_id: int
    year: int
    n: int
    scheme: str
    model: Model
    estimates: Mapping[str, Any]
    texts: Mapping[str, Sequence[str]]  # of the items, Chinese and English

    def item(self, code: str, language: str) -> str:
        """What was asked, the code where the model does not say."""
        return self.texts[code][0 if language == "zh" else 1] if code in self.texts else code


@dataclass(frozen=True)
class IndexCard:
    """A construct's index in the area."""

    code: str
    names: Names
    reading: Reading | None
    change: Change | None  # to the period before


@dataclass(frozen=True)
class Place:
    """A member of the area with its readings by construct (the difference among them)."""

    code: str
    names: Names
    known: bool
    readings: Mapping[str, Reading | None]


@dataclass(frozen=True)
class Point:
    """Expectation minus perceived quality in one period, by business, and that of the area above (of the chosen business)."""

    period: Period
    by_business: Mapping[str, Reading | None]
    above: Reading | None


@dataclass(frozen=True)
class Index:
    """The view of the satisfaction index: one business of one area and period."""

    business: str
    businesses: tuple[str, ...]  # those with answers here
    period: Period  # weeks have none: their month
    vintage: Vintage | None
    cards: tuple[IndexCard, ...]
    difference: Reading | None
    trend: tuple[Point, ...]
    places: tuple[Place, ...]

    def card(self, code: str) -> IndexCard | None:
        return next((card for card in self.cards if card.code == code), None)


@dataclass(frozen=True)
class Shares:
    """How an outcome was answered: counts by raw score, and the share of the two best answers (or the net promoter score)."""

    code: str
    names: Names
    scale: str  # "" when several were used, so that nothing is pooled
    counts: tuple[int, ...]  # raw scores 0..10; empty where hidden
    kind: str  # "top2", "nps" or "" (neither, by the scale)
    value: float | None  # percent; NPS in points; None: hidden or neither
    low: float | None
    high: float | None

    @property
    def n(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Asked:
    """Invitations of one survey mode and business, this period and the one before."""

    mode: str
    business: str
    asked: int
    answered: int
    low: float | None
    high: float | None
    change: Change | None  # of the rate, in percentage points

    @property
    def rate(self) -> float | None:
        return 100 * self.answered / self.asked if self.asked else None


@dataclass(frozen=True)
class Said:
    """One customer's words."""

    day: str
    names: Names
    area: str
    mode: str
    business: str
    raw: float
    scale: str
    tags: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Words:
    """The page of words that was asked for, and how many there are by topic."""

    code: str
    band: str  # "" for all
    topic: str  # "" for all
    page: int
    base: int  # answers in the chosen cell
    count: int  # words in it
    topics: tuple[tuple[str, int], ...]  # topic and how many spoke of it, in the chosen band
    rows: tuple[Said, ...]
    reached: bool = True  # False: the area reaches beyond the reader's
