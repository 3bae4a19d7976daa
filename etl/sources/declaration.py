"""What a feed declares: which files, how they are written, and where each field comes from.

A declaration is data. :mod:`etl.sources.parse` makes it from a TOML file and refuses every mistake in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from etl.domain.calendar import Calendar
from etl.sources.kinds import Kind
from etl.sources.origin import Folder, Origin

EARLIEST = date(2000, 1, 1)  # an older date is taken for a slip, unless the feed says otherwise
DAYS_AHEAD = 1  # a date further ahead than this is refused, unless the feed says otherwise
MAX_BAD_SHARE = 0.05  # more bad rows than this refuse the file, unless the feed says otherwise


@dataclass(frozen=True)
class Source:
    """Where a value stands: a header (with variants and occurrence), a position (1 the first), several
    headers joined by a blank, a named group of the file's name, or nowhere (a constant)."""

    headers: tuple[str, ...] = ()
    occurrence: int = 1
    position: int | None = None
    join: tuple[str, ...] = ()
    group: str | None = None
    constant: str | None = None

    def label(self) -> str:
        """How a fault names the column."""
        if self.position is not None:
            return f"#{self.position}"
        if self.occurrence > 1:
            return f"{self.headers[0]} #{self.occurrence}"
        return " + ".join(self.join) or (self.headers[0] if self.headers else self.group or "")

    @property
    def in_file(self) -> bool:
        """Whether the value stands in the rows (and not in the file's name or the declaration)."""
        return bool(self.headers or self.join) or self.position is not None


@dataclass(frozen=True)
class Near:
    """A second date column that decides between formats: within ``days`` of it, or the format is not the one."""

    source: Source
    formats: tuple[str, ...]
    days: int


@dataclass(frozen=True)
class Column:
    """One value of a row: its source, its type, and the rules that make the value from the text."""

    target: str
    source: Source
    type: str = "text"
    required: bool = False
    optional: bool = False  # the column may be absent from a file
    formats: tuple[str, ...] = ()
    near: Near | None = None
    of_month: str = "first"  # the day a format without a day stands for
    values: Mapping[str, str] = field(default_factory=dict)
    other: str | None = None  # what a value outside the map or the vocabulary becomes
    keep_others: bool = False  # a value outside the map stays as it is
    blanks: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pad: int | None = None
    blank_if_wrong: bool = False
    words: tuple[str, ...] = ()
    default: str | None = None
    private: bool = False
    masked: bool = False
    scale: str | None = None


@dataclass(frozen=True)
class Measure:
    """A process reading made from a row's columns: sum(numerators) × factor over sum(denominators) (1 when none)."""

    indicator: str
    numerators: tuple[Column, ...]
    denominators: tuple[Column, ...]
    factor: float = 1.0


@dataclass(frozen=True)
class Lookup:
    """One way to find a row's area; the first of a feed's lookups that finds it decides.

    ``by``: ``code``, ``name`` (names and aliases), ``path`` (a name for each of ``levels``, top first) or ``point``
    (longitude and latitude: the grid of that cell of ``cell`` degrees, made under the nearest known place within
    ``max_km`` when ``create`` says so).
    """

    by: str
    columns: tuple[Column, ...]
    levels: tuple[int, ...] = ()
    create: bool = False
    kind: str = "administrative"
    cell: float = 0.05
    max_km: float = 100.0


@dataclass(frozen=True)
class Node:
    """An area the feed itself declares."""

    code: str
    level: int
    kind: str
    name_zh: str
    name_en: str
    parent: str | None


@dataclass(frozen=True)
class Place:
    """How rows find their area. ``not_found``/``blank``: ``unknown`` (the unknown member counts them) or ``reject``."""

    lookups: tuple[Lookup, ...] = ()
    under: str | None = None
    not_found: str = "unknown"
    blank: str = "unknown"
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Clock:
    """Times from the order of the rows: the first row is ``start``, each next one ``step`` later."""

    start: datetime
    step: timedelta


@dataclass(frozen=True)
class Form:
    """How the file is written."""

    delimiter: str = ","
    decimal: str = "."
    thousands: str = ""
    encoding: str = "detect"
    header: bool = True
    width: int | None = None
    skip_lines: int = 0
    sheet: str | int = 0
    member: str | None = None
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    """A whole feed declaration."""

    feed_id: str
    kind: Kind
    title_zh: str
    title_en: str
    patterns: tuple[re.Pattern[str], ...]
    slot: str
    form: Form
    columns: tuple[Column, ...]
    answers: tuple[Column, ...] = ()
    perceptions: tuple[Column, ...] = ()
    tags: tuple[Column, ...] = ()
    checks: tuple[Column, ...] = ()
    measures: tuple[Measure, ...] = ()
    path: tuple[Column, ...] = ()
    place: Place = field(default_factory=Place)
    key: tuple[str, ...] = ()
    repeat: str = "keep"
    clock: Clock | None = None
    brands: tuple[Mapping[str, str], ...] = ()
    max_bad_share: float = MAX_BAD_SHARE
    earliest: date = EARLIEST
    latest: date | None = None
    zero_denominator: str = "reject"
    origin: Origin = field(default_factory=Folder)
    text: str = ""
    calendar: Calendar | None = None
    plan: str = ""

    def match(self, name: str) -> re.Match[str] | None:
        """The match of a file's name with the first pattern that fits it."""
        return next((found for pattern in self.patterns if (found := pattern.fullmatch(name))), None)

    def column(self, target: str) -> Column | None:
        """The column that fills a field, ``None`` when the feed has none."""
        return next((column for column in self.columns if column.target == target), None)

    def every_column(self) -> tuple[Column, ...]:
        """All columns of the feed, whatever they fill."""
        lookups = tuple(column for lookup in self.place.lookups for column in lookup.columns)
        measures = tuple(c for measure in self.measures for c in (*measure.numerators, *measure.denominators))
        return (*self.columns, *self.answers, *self.perceptions, *self.tags, *self.checks, *self.path, *measures, *lookups)
