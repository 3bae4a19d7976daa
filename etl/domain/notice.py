"""Who is told what of an alert, and when.

Of an opening everybody is told once; of a worsening, an end or a reminder only who heard of the alert before; what is over before
anybody was told is not told at all. Times are those of the reader: at once, once a day or once a week, never in quiet hours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum


class What(StrEnum):
    """What a notice tells."""

    FIRED = "fired"
    REOPENED = "reopened"
    WORSENED = "worsened"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    STILL = "still"
    RECOVERED = "recovered"


class Cadence(StrEnum):
    """How soon somebody wants to be told."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


OPENING = (What.FIRED, What.REOPENED)
URGENT, IMPORTANT, NOTABLE = 1, 2, 3  # severities of rules
MONDAY = 0
BELOW = {"quality": 4, "admin": 4, "steward": 4, "line": 4, "analyst": 0, "manager": 1, "grid": 0}  # levels below the own area
ANSWERABLE = ("manager", "quality")  # who is told when an alert goes up, and when nobody nearer is there


@dataclass(frozen=True)
class Wish:
    """How somebody wants to be told: by severity 1 to 3, at which hour the digest, in which hours nothing.

    ``below``: of how many levels below the own area; ``None``: as the role has it.
    """

    cadence: tuple[Cadence, Cadence, Cadence] = (Cadence.IMMEDIATE, Cadence.DAILY, Cadence.WEEKLY)
    digest_at: time = time(8)
    quiet: tuple[time, time] | None = None
    below: int | None = None


@dataclass(frozen=True)
class Person:
    """A grant that covers the alert's area: ``depth`` levels above it (0: the area itself); ``line`` of the role line."""

    user_id: int
    role: str
    depth: int
    line: str | None = None
    wish: Wish = Wish()


@dataclass(frozen=True)
class Happening:
    """Something that happened to an alert: what, and how many levels up it went so far."""

    what: What
    severity: int
    roles: tuple[str, ...]
    line: str | None = None
    escalated: int = 0


@dataclass(frozen=True)
class Known:
    """What one person knows of an alert: whether the opening was made a notice, any notice was told, the end was made one."""

    opened: bool = False
    told: bool = False
    ended: bool = False


def hearers(happening: Happening, people: Iterable[Person], told: Collection[int] = ()) -> list[Person]:
    """Who is to hear of it, each person once; ``people`` are all whose grants cover the area, ``told`` who heard of the alert.

    An alert that went up is told to those answerable so many levels up, and the first time to the owning line; an end to those
    who heard of the alert, a worsening to them too.
    """
    everybody = sorted(people, key=lambda one: (one.depth, one.user_id, one.role))
    heard = [one for one in everybody if one.user_id in told]
    if happening.what is What.RECOVERED:
        return _once(heard)
    if happening.what is What.ESCALATED:
        above = [one for one in everybody if one.role in ANSWERABLE and one.depth >= happening.escalated]
        owners = [one for one in everybody if one.role == "line" and one.line == happening.line and happening.escalated == 1]
        return _once(_nearest(above) + owners)
    fitting = [one for one in everybody if one.role in happening.roles and (one.role != "line" or one.line == happening.line)]
    near = [one for one in fitting if one.depth <= _reach(one)]
    if not any(one.role != "line" for one in near):
        near += _nearest([one for one in everybody if one.role in ANSWERABLE])
    return _once(near + (heard if happening.what is What.WORSENED else []))


def _reach(one: Person) -> int:
    return BELOW.get(one.role, 0) if one.wish.below is None else one.wish.below


def _nearest(people: Sequence[Person]) -> list[Person]:
    return [one for one in people if one.depth == people[0].depth]


def _once(people: Iterable[Person]) -> list[Person]:
    return list({one.user_id: one for one in people}.values())


def wanted(what: What, known: Known) -> bool:
    """Whether somebody is to be told, given what the same person knows."""
    if known.ended:
        return False
    if what in OPENING:
        return not known.opened
    if what is What.ESCALATED:  # it may be the first that somebody hears
        return True
    return known.told if what in (What.RECOVERED, What.REMINDED, What.STILL) else known.opened


def when(what: What, severity: int, wish: Wish, at: datetime) -> tuple[Cadence, datetime] | None:
    """How and when somebody is told of what happened at ``at`` (in the reader's time zone); ``None``: not at all.

    What went up goes at once, a reminder with the daily digest; what stands when a silence ends is a digest at once.
    """
    cadence = wish.cadence[severity - 1]
    if what is What.STILL:
        return Cadence.DAILY, _after_quiet(at, wish.quiet)
    if what is What.ESCALATED:
        cadence = Cadence.IMMEDIATE
    elif what is What.REMINDED:
        cadence = Cadence.DAILY if cadence is Cadence.IMMEDIATE else cadence
    if cadence is Cadence.NEVER:
        return None
    return cadence, _after_quiet(_slot(cadence, wish.digest_at, at), wish.quiet)


def _slot(cadence: Cadence, hour: time, at: datetime) -> datetime:
    if cadence is Cadence.IMMEDIATE:
        return at
    slot = at.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    if slot < at:
        slot += timedelta(days=1)
    return slot + timedelta(days=(MONDAY - slot.weekday()) % 7) if cadence is Cadence.WEEKLY else slot


def _after_quiet(at: datetime, quiet: tuple[time, time] | None) -> datetime:
    if quiet is None or quiet[0] == quiet[1]:
        return at
    begin, end = quiet
    clock = at.time()
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not inside:
        return at
    over = at.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return over if over > at else over + timedelta(days=1)
