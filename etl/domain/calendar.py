"""When a feed's data are to be there: a period, how long after its end, and what has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from etl.domain.period import Period, containing

EVERY = {"day": "d", "week": "w", "month": "m"}
ENDS_EARLY = {"d": 0, "w": 1, "m": 3}  # days: the last day of a thin feed's period may well be without a row
DUE_HOURS = {"d": 8, "w": 32, "m": 80}  # after the end of the period, where the feed does not say
MONTH_DAYS = 31


@dataclass(frozen=True)
class Calendar:
    """``every`` period (``d``, ``w`` or ``m``) is due ``due_hours`` after its end; its last row may lie ``ends_early`` days
    before that end. Nothing before ``since`` (``None``: before the first delivery came) is expected."""

    every: str
    due_hours: int
    ends_early: int
    since: date | None = None

    def due(self, period: Period, zone: tzinfo) -> datetime:
        """The moment by which ``period`` must have come."""
        midnight = datetime.combine(period.end + timedelta(days=1), time(), zone)
        return midnight + timedelta(hours=self.due_hours)

    def holds(self, period: Period, first: date, last: date) -> bool:
        """Whether rows from ``first`` to ``last`` reach the end of ``period``."""
        return first <= period.end and last >= max(period.start, period.end - timedelta(days=self.ends_early))


def ends_early(kind: str, every: str) -> int:
    """How many days before a period's end the last row of a feed of ``kind`` may lie, where the feed does not say."""
    return MONTH_DAYS if kind == "subscribers" else ENDS_EARLY[every]  # their rows name the first day of a month


def calendar_of(declaration: Mapping[str, Any], kind: str) -> Calendar | None:
    """The calendar of a feed's declaration as the store keeps it; ``None`` when it has none."""
    entries = declaration.get("calendar")
    if not entries:
        return None
    every = EVERY[entries.get("every", "month")]
    since = entries.get("since")
    return Calendar(
        every, int(entries.get("due_hours", DUE_HOURS[every])), int(entries.get("ends_early_days", ends_early(kind, every))),
        date.fromisoformat(str(since)) if since else None,
    )  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """The days a file's rows lie on, and when it was loaded."""

    first: date
    last: date
    at: datetime


@dataclass(frozen=True)
class Standing:
    """A period of a feed: ``in_time``, ``late`` (came after it was due), ``overdue`` (due and not there), ``awaited``, or
    ``history`` (brought in from the time before the feed began)."""

    period: Period
    due: datetime
    state: str
    came: datetime | None = None


def standings(calendar: Calendar, deliveries: Iterable[Delivery], now: datetime, count: int) -> list[Standing]:
    """How the last ``count`` periods up to the running one stand at ``now``, oldest first.

    Periods from before the feed began are there when something of them came, and never late.
    """
    known = list(deliveries)
    first = min((one.at.astimezone(now.tzinfo).date() for one in known), default=date.max)
    last = containing(calendar.every, now.date())
    periods = [last.shift(-back) for back in range(count - 1, -1, -1)]
    found = [_standing(calendar, period, known, now, first) for period in periods]
    return [one for one in found if one is not None]


def _standing(calendar: Calendar, period: Period, known: list[Delivery], now: datetime, first: date) -> Standing | None:
    due = calendar.due(period, now.tzinfo)  # type: ignore[arg-type]  # an aware moment
    came = min((one.at for one in known if calendar.holds(period, one.first, one.last)), default=None)
    expected = period.end >= calendar.since if calendar.since else due.date() >= first
    if not expected:
        return Standing(period, due, "history", came) if came else None
    if came is not None:
        return Standing(period, due, "in_time" if came <= due else "late", came)
    return Standing(period, due, "overdue" if due <= now else "awaited")
