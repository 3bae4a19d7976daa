"""From what happened to alerts to letters: who hears of it and when, and all that is due to one person in one letter.

Notices are rows between finding and telling. A letter is written with its reader's own eyes by ``write``, which the composition
root hands in, and put into the outbox in the transaction that marks its notices as told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

import sql
from etl.domain.mail_address import deliverable
from etl.domain.notice import Cadence, Happening, Known, Person, What, Wish, hearers, wanted, when
from etl.outbox.letter import MAIL, Attachment, Letter
from etl.steps.post import put_numbered

ZONE = ZoneInfo("Asia/Shanghai")  # of the readers' hours
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """One alert in a letter and all that is told of it; ``held``: a silence had kept it back."""

    episode_id: int
    what: tuple[What, ...]
    held: bool = False


@dataclass(frozen=True)
class Reader:
    """Who a letter is for."""

    user_id: int
    login: str
    name: str
    language: str


@dataclass(frozen=True)
class Bundle:
    """What is due to one reader; ``kind`` is that of the letter."""

    reader: Reader
    kind: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Written:
    """A letter's words; ``seen`` are the alerts that stand in it, the others its reader may not see."""

    subject: str
    text: str
    html: str
    link: str
    seen: frozenset[int]
    pictures: tuple[Attachment, ...] = ()


Write = Callable[[Bundle], Written]


def notify_due(target: sa.Engine, now: datetime) -> bool:
    """Whether something happened that is not told, or what was put off is due."""
    with sql.begin(target) as connection:
        minutes = _policies(connection, now)["alert_window_minutes"]
        row = sql.one(connection, "etl/notice_anything", now=now, minutes=minutes)
    return bool(row and row["anything"])


def notify(target: sa.Engine, now: datetime, write: Write) -> dict[str, int]:
    """Make notices of what happened, and letters of what is due; how many of each."""
    counts: Counter[str] = Counter()
    with sql.begin(target) as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended('manyi notices', 0))"))
        policies = _policies(connection, now)
        counts["escalated"] = sql.execute(connection, "etl/notice_escalate", now=now)
        counts["notices"] = _hear(connection, now) + _remind(connection, now, policies["reminder_days"]) + _wake(connection, now)
        sql.execute(connection, "etl/notice_taken_on")
        sql.execute(connection, "etl/notice_hold", now=now)
        waiting = sql.rows(connection, "etl/notice_readers", now=now, minutes=policies["alert_window_minutes"])
    failed = _write(target, [row["user_id"] for row in waiting], now, write, counts)
    if failed is not None:
        raise failed
    return {name: count for name, count in counts.items() if count}


def _write(target: sa.Engine, users: Sequence[int], now: datetime, write: Write, counts: Counter[str]) -> Exception | None:
    """A letter for each; one that cannot be written costs nobody else his: the first failure, told at the end."""
    failed: Exception | None = None
    for user in users:
        try:
            counts["notified"] += _gather(target, user, now, write)
        except Exception as error:
            failed = failed or error
    return failed


def _policies(connection: sa.Connection, now: datetime) -> dict[str, int]:
    found = sql.rows(connection, "etl/notice_policies", today=now.astimezone(ZONE).date())
    return {row["name"]: int(row["value"]) for row in found}


def _hear(connection: sa.Connection, now: datetime) -> int:
    """Make notices of the events nobody heard of, in their order; how many."""
    events = sql.rows(connection, "etl/notice_events", now=now)
    if not events:
        return 0
    people = _people(connection, {event["area_id"] for event in events}, now)
    known = _known(connection, {event["episode_id"] for event in events})
    made = sum(_spread(connection, event, people[event["area_id"]], known, now) for event in events)
    sql.execute(connection, "etl/notice_events_heard", ids=[event["event_id"] for event in events], now=now)
    return made


def _people(connection: sa.Connection, areas: Iterable[int], now: datetime) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    for row in sql.rows(connection, "etl/notice_people", areas=sorted(areas), today=now.astimezone(ZONE).date()):
        found[row["area_id"]].append(Person(row["user_id"], row["role"], row["depth"], row["line_id"], _wish(row)))
    return found


def _wish(row: Row) -> Wish:
    if row["urgent"] is None:
        return Wish()
    cadence = (Cadence(row["urgent"]), Cadence(row["important"]), Cadence(row["notable"]))
    quiet = (row["quiet_from"], row["quiet_until"]) if row["quiet_from"] is not None else None
    return Wish(cadence, row["digest_at"], quiet, row["below"])


def _known(connection: sa.Connection, episodes: Iterable[int]) -> dict[tuple[int, int], Known]:
    rows = sql.rows(connection, "etl/notice_known", episodes=sorted(episodes))
    return {(row["user_id"], row["episode_id"]): Known(row["opened"], row["told"], row["ended"]) for row in rows}


def _spread(
    connection: sa.Connection, event: Row, people: Sequence[Person], known: dict[tuple[int, int], Known], now: datetime
) -> int:
    """The notices of one event; what ended before it was told lapses."""
    what, episode = What(event["what"]), event["episode_id"]
    happening = Happening(what, event["severity"], tuple(event["recipients"]), event["line_id"], event["escalated"])
    told = {user for (user, of), one in known.items() if of == episode and one.told}
    if what is What.RECOVERED:
        sql.execute(connection, "etl/notice_over", episodes=[episode])
    made = 0
    for person in hearers(happening, people, told):
        before = known.get((person.user_id, episode), Known())
        if wanted(what, before) and _add(connection, person, event, what, now):
            made += 1
            known[person.user_id, episode] = Known(before.opened or what is not What.RECOVERED, before.told,
                                                   what is What.RECOVERED)  # fmt: skip
    return made


def _add(connection: sa.Connection, person: Person, event: Row, what: What, now: datetime) -> bool:
    slot = when(what, event["severity"], person.wish, now.astimezone(ZONE))
    if slot is None:
        return False
    cadence, due_at = slot
    return bool(sql.execute(
        connection, "etl/notice_add", user_id=person.user_id, episode_id=event["episode_id"], event_id=event.get("event_id"),
        what=what, cadence=cadence, due_at=due_at, silence_id=event.get("silence_id"), now=now,
    ))  # fmt: skip


def _remind(connection: sa.Connection, now: datetime, days: int) -> int:
    """Notices to those who heard of what nobody took on, so many days after they last heard of it."""
    return _again(connection, sql.rows(connection, "etl/notice_reminders", now=now, days=days), What.REMINDED, now)


def _wake(connection: sa.Connection, now: datetime) -> int:
    """Notices of what still stands open where a silence has ended, to those who heard of it before."""
    over = sql.rows(connection, "etl/notice_silences_over", now=now)
    made = _again(connection, [row for row in over if row["user_id"] is not None], What.STILL, now)
    for silence in {row["silence_id"] for row in over}:
        sql.execute(connection, "etl/notice_silence_told", silence_id=silence, now=now)
    return made


def _again(connection: sa.Connection, rows: Sequence[Row], what: What, now: datetime) -> int:
    people = _people(connection, {row["area_id"] for row in rows}, now)
    made = 0
    for row in rows:
        person = next((one for one in people[row["area_id"]] if one.user_id == row["user_id"]), None)
        made += person is not None and _add(connection, person, row, what, now)
    return made


def _gather(target: sa.Engine, user_id: int, now: datetime, write: Write) -> int:
    """One letter of all that is due to one person; 0 where there is nothing to say or nowhere to send it."""
    with sql.begin(target) as connection:
        due = sql.rows(connection, "etl/notice_due", user_id=user_id, now=now)
        row = sql.one(connection, "etl/notice_reader", user_id=user_id)
        if not due:
            return 0
        if row is None:  # the account was closed since
            sql.execute(connection, "etl/notice_lapsed", ids=[one["notice_id"] for one in due], why="unseen")
            return 0
        address = (row["email"] or "").strip() if row["channel"] == MAIL else row["login"]
        if row["channel"] == MAIL and not deliverable(address):
            sql.execute(connection, "etl/notice_lapsed", ids=[one["notice_id"] for one in due], why="no_address")
            return 0
        bundle = Bundle(Reader(user_id, row["login"], row["name"], row["language"]), _kind(due), _items(due))
        return _put(connection, bundle, due, row["channel"], address, write(bundle), now)


def _put(
    connection: sa.Connection, bundle: Bundle, due: Sequence[Row], channel: str, address: str, written: Written, now: datetime
) -> int:
    unseen = [one["notice_id"] for one in due if one["episode_id"] not in written.seen]
    told = [one["notice_id"] for one in due if one["episode_id"] in written.seen]
    sql.execute(connection, "etl/notice_lapsed", ids=unseen, why="unseen")
    if not told:
        return 0
    letter = Letter(
        f"notices {told[0]} to {told[-1]}", bundle.kind, address, written.subject, written.text, written.html, channel,
        bundle.reader.language, bundle.reader.user_id, written.link, written.pictures,
    )  # fmt: skip
    letter_id = put_numbered(connection, letter, now)
    sql.execute(connection, "etl/notice_told", ids=told, letter_id=letter_id, now=now)
    return 1


def _items(due: Iterable[Row]) -> tuple[Item, ...]:
    by: dict[int, list[Row]] = defaultdict(list)
    for one in due:
        by[one["episode_id"]].append(one)
    return tuple(
        Item(episode, tuple(What(row["what"]) for row in rows), any(row["silence_id"] is not None for row in rows))
        for episode, rows in by.items()
    )


def _kind(due: Sequence[Row]) -> str:
    """A digest where nothing in it is pressing, good news where it is nothing else."""
    if all(one["what"] == What.RECOVERED for one in due):
        return "recovered"
    pressing = any(one["cadence"] == Cadence.IMMEDIATE and one["silence_id"] is None for one in due)
    return "alert" if pressing else "digest"
