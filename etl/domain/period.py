"""Periods of the calendar: day, ISO week, month, quarter and year, and what they are compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering

KINDS = "dwmqy"
_PATTERNS = {
    "d": re.compile(r"(\d{4})-(\d\d)-(\d\d)"),
    "w": re.compile(r"(\d{4})-W(\d\d)"),
    "m": re.compile(r"(\d{4})-(\d\d)"),
    "q": re.compile(r"(\d{4})-Q([1-4])"),
    "y": re.compile(r"(\d{4})"),
}
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS_IN = {"m": 1, "q": 3, "y": 12}


def add_months(first: date, months: int) -> date:
    """The first day of the month ``months`` after that of ``first``."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@total_ordering
@dataclass(frozen=True)
class Period:
    """A period by its kind (one of ``dwmqy``) and first day."""

    kind: str
    start: date

    def __post_init__(self) -> None:
        if self.kind not in KINDS or len(self.kind) != 1:
            raise ValueError(f"no period kind {self.kind!r}; allowed: {', '.join(KINDS)}")
        if self.start != _first_day(self.kind, self.start):
            raise ValueError(f"{self.start} does not begin a period of kind {self.kind}")

    def __lt__(self, other: Period) -> bool:
        return (self.start, self.kind) < (other.start, other.kind)

    @property
    def end(self) -> date:
        """The last day, included."""
        return self.shift(1).start - timedelta(days=1)

    @property
    def place(self) -> date:
        """The day by which it belongs to a longer period: a week's Thursday (ISO 8601), else its last."""
        return self.end - timedelta(days=3) if self.kind == "w" else self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def shift(self, count: int) -> Period:
        """The period ``count`` later (earlier when negative)."""
        if self.kind in _MONTHS_IN:
            return Period(self.kind, add_months(self.start, count * _MONTHS_IN[self.kind]))
        return Period(self.kind, self.start + timedelta(days=count * (7 if self.kind == "w" else 1)))

    @property
    def previous(self) -> Period:
        return self.shift(-1)

    @property
    def same_last_year(self) -> Period:
        """The same period of the year before: the same ISO week number (week 53 falls back to 52), 28 Feb for 29 Feb."""
        if self.kind == "w":
            year, week, _ = self.start.isocalendar()
            return Period("w", _monday(year - 1, min(week, _weeks_in(year - 1))))
        if self.kind == "d":
            day = 28 if (self.start.month, self.start.day) == (2, 29) else self.start.day
            return Period("d", date(self.start.year - 1, self.start.month, day))
        return Period(self.kind, add_months(self.start, -12))

    def clip(self, last: date) -> tuple[date, date]:
        """First and last day of the part up to ``last`` (like-for-like days of a running period)."""
        return self.start, min(self.end, max(last, self.start))

    def like_for_like(self, days: int) -> tuple[date, date]:
        """The first ``days`` days of the period (all of it when it is shorter)."""
        return self.start, min(self.end, self.start + timedelta(days=max(days, 1) - 1))

    def code(self) -> str:
        """As in an address: 2026-10-05, 2026-W46, 2026-10, 2026-Q4, 2026."""
        if self.kind == "w":
            year, week, _ = self.start.isocalendar()
            return f"{year}-W{week:02d}"
        if self.kind == "q":
            return f"{self.start.year}-Q{(self.start.month + 2) // 3}"
        return self.start.isoformat()[: {"d": 10, "m": 7, "y": 4}[self.kind]]

    def label(self, language: str) -> str:
        """As a manager reads it: 2026年10月 / Oct 2026, 2026年第46周 / 2026-W46."""
        return self._label_zh() if language == "zh" else self._label_en()

    def _label_zh(self) -> str:
        year, month = self.start.year, self.start.month
        if self.kind == "w":
            iso = self.start.isocalendar()
            return f"{iso.year}年第{iso.week}周"
        return {"d": f"{year}年{month}月{self.start.day}日", "m": f"{year}年{month}月",
                "q": f"{year}年{(month + 2) // 3}季度", "y": f"{year}年"}[self.kind]

    def _label_en(self) -> str:
        if self.kind == "m":
            return f"{_MONTHS_EN[self.start.month - 1]} {self.start.year}"
        return self.code()


def parse(text: str) -> Period:
    """A period from its code; :class:`ValueError` says what is understood."""
    for kind, pattern in _PATTERNS.items():
        match = pattern.fullmatch(text.strip())
        if match:
            try:
                return _build(kind, [int(group) for group in match.groups()])
            except ValueError as error:
                raise ValueError(f"no such period: {text!r} ({error})") from None
    raise ValueError(f"no period {text!r}; write 2026-10, 2026-W46, 2026-Q4, 2026 or 2026-10-31")


def containing(kind: str, day: date) -> Period:
    """The period of ``kind`` that holds ``day``."""
    return Period(kind, _first_day(kind, day))


def latest(kind: str, count: int, last: Period) -> list[Period]:
    """``count`` periods ending with ``last``'s, oldest first."""
    return [containing(kind, last.start).shift(-back) for back in range(count - 1, -1, -1)]


def _build(kind: str, parts: list[int]) -> Period:
    if kind == "w":
        if not 1 <= parts[1] <= _weeks_in(parts[0]):
            raise ValueError(f"{parts[0]} has {_weeks_in(parts[0])} weeks")
        return Period("w", _monday(*parts))
    if kind == "q":
        return Period("q", date(parts[0], parts[1] * 3 - 2, 1))
    year, month, day = [*parts, 1, 1][:3]
    return Period(kind, date(year, month, day))


def _first_day(kind: str, day: date) -> date:
    if kind == "w":
        return day - timedelta(days=day.weekday())
    if kind == "q":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return {"d": day, "m": day.replace(day=1), "y": date(day.year, 1, 1)}[kind]


def _monday(year: int, week: int) -> date:
    return date.fromisocalendar(year, week, 1)


def _weeks_in(year: int) -> int:
    return date(year, 12, 28).isocalendar().week
