"""The outbox: letters are put beside what they tell of, in one transaction, and delivered afterwards, each once.

A sender claims a letter in the database, says so before the receiver may have the content, and writes down what became of it.
Whoever dies before that moment has sent nothing: the letter waits again. Whoever dies after it leaves the letter ``unknown``: it
may have arrived, so it is shown and not sent again. Senders are known to live by a lock of the database.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.posting import next_attempt
from etl.outbox.delivery import Declined, Putoff, Taken, Transport, Unreachable, Unsure
from etl.outbox.letter import Attachment, Envelope, Letter

AWAY = timedelta(minutes=5)  # until a receiver that could not be reached is tried again
MOST_IN_A_RUN = 2000  # letters of one channel; the next run goes on
SENDERS = 2  # the lock space of senders; 0 and 1 are the runner's
REFERENCE_GONE = "what goes with it is no longer kept"

Clock = Callable[[], datetime]
Fetch = Callable[[sa.Connection, str], bytes | None]  # what a reference of an attachment stands for


@dataclass(frozen=True)
class Way:
    """How the letters of one channel go, and how many a minute."""

    transport: Transport
    rate: int = 60


def put(connection: sa.Connection, letter: Letter, now: datetime | None = None) -> bool:
    """Queue a letter in the caller's transaction; whether it was new (``False``: queued to this address before)."""
    return put_numbered(connection, letter, now) is not None


def put_numbered(connection: sa.Connection, letter: Letter, now: datetime | None = None) -> int | None:
    """As :func:`put`; the number of the letter, ``None`` where it was queued before."""
    moment = now or datetime.now().astimezone()
    row = sql.one(
        connection, "etl/letter_put", occurrence=letter.occurrence, channel=letter.channel, address=letter.address,
        kind=letter.kind, user_id=letter.user_id, language=letter.language, subject=letter.subject, plain=letter.text,
        html=letter.html, link=letter.link, token=secrets.token_hex(16), created_at=moment,
        not_before=letter.not_before or moment,
    )  # fmt: skip
    if row is None:
        return None
    for place, part in enumerate(letter.attachments):
        _put_part(connection, row["letter_id"], place, part)
    return int(row["letter_id"])


def _put_part(connection: sa.Connection, letter_id: int, place: int, part: Attachment) -> None:
    digest = None
    if part.content is not None:
        digest = hashlib.sha256(part.content).hexdigest()
        sql.execute(connection, "etl/letter_content_put", sha256=digest, content=part.content)
    sql.execute(connection, "etl/letter_part_put", letter_id=letter_id, place=place, part_name=part.name, type=part.type,
                content_id=part.content_id, sha256=digest, reference=part.reference)  # fmt: skip


def post_due(target: sa.Engine, now: datetime) -> bool:
    """Whether a letter waits whose time has come, or a sender may have died over one."""
    with sql.begin(target) as connection:
        row = sql.one(connection, "etl/letter_due", now=now)
    return bool(row and row["due"])


def letter_numbered(target: sa.Engine, number: int) -> dict[str, Any]:
    """What became of a letter: its ``state`` and the last words of the server. Raises :class:`LookupError`."""
    with sql.begin(target) as connection:
        row = sql.one(connection, "etl/letter_state", letter_id=number)
    if row is None:
        raise LookupError(f"there is no letter {number}")
    return row


def deliver(
    target: sa.Engine, ways: Mapping[str, Way], clock: Clock, fetch: Fetch | None = None, only: int | None = None
) -> dict[str, int]:
    """Deliver what is due by every channel that has a way; how many letters ended how, and how many were put off (``later``).

    ``only``: this one letter. Raises :class:`Unreachable` at the end where a receiver could not be reached: its letters wait for
    :data:`AWAY`.
    """
    ended: Counter[str] = Counter()
    away: list[Unreachable] = []
    with _sender(target) as me:
        ended["unknown"] += _bury(target, me, clock())
        for channel, way in ways.items():
            try:
                for state in _empty(target, me, channel, way, clock, fetch, only):
                    ended[state] += 1
            except Unreachable as error:
                away.append(error)
                with sql.begin(target) as connection:
                    sql.execute(connection, "etl/letter_put_off", channel=channel, now=clock(), until=clock() + AWAY)
            finally:
                way.transport.close()
    if away:
        raise away[0]
    return {state: count for state, count in sorted(ended.items()) if count}


@contextmanager
def _sender(target: sa.Engine) -> Iterator[int]:
    """A number of one's own, locked for as long as one lives."""
    me = secrets.randbits(62)
    with target.connect() as held:
        with held.begin():
            held.execute(sa.text("SET idle_session_timeout = 0"))
            held.execute(sa.text("SELECT pg_advisory_lock(hashtextextended(:me, :space))"), _lock(me))
        try:
            yield me
        finally:
            held.invalidate()  # the connection and its lock go together, whatever became of it


def _lock(sender: int) -> dict[str, Any]:
    return {"me": f"sender {sender}", "space": SENDERS}


def _bury(target: sa.Engine, me: int, now: datetime) -> int:
    """Settle what dead senders left; how many letters are unknown by that."""
    with sql.begin(target) as connection:
        unknown = 0
        for row in sql.rows(connection, "etl/letter_senders"):
            free = row["sender"] != me and connection.scalar(
                sa.text("SELECT pg_try_advisory_xact_lock(hashtextextended(:me, :space))"), _lock(row["sender"])
            )
            if free:
                left = sql.rows(connection, "etl/letter_orphans", sender=row["sender"], now=now)
                unknown += sum(one["state"] == "unknown" for one in left)
        return unknown


def _empty(
    target: sa.Engine, me: int, channel: str, way: Way, clock: Clock, fetch: Fetch | None, only: int | None
) -> Iterator[str]:
    """Send letter after letter of a channel until none is due or the minute is full; how each ended."""
    for _ in range(MOST_IN_A_RUN):
        with sql.begin(target) as connection:
            row = sql.one(connection, "etl/letter_claim", channel=channel, sender=me, now=clock(), rate=way.rate, only=only)
        if row is None:
            return
        yield _send(target, me, row, way.transport, clock, fetch)


def _send(target: sa.Engine, me: int, row: Mapping[str, Any], by: Transport, clock: Clock, fetch: Fetch | None) -> str:
    """Send one claimed letter and write down what became of it: its state, ``later``, or ``taken`` by another sender."""
    number = row["letter_id"]

    def ended(state: str, said: str) -> str:
        with sql.begin(target) as connection:
            sql.execute(connection, "etl/letter_ended", letter_id=number, sender=me, state=state, said=said, now=clock())
        return state

    try:
        envelope = _envelope(target, row, fetch)
        return ended(by.ending, by.send(envelope, lambda: _hand_over(target, number, me, clock())))
    except (Declined, ValueError, LookupError) as error:  # what cannot be made into a mail will not be by waiting
        return ended("refused", str(error))
    except Unsure as error:
        return ended("unknown", str(error))
    except Taken:
        return "taken"
    except Unreachable as error:
        _again(target, me, number, error.reason_en, clock() + AWAY, lost=True)
        raise
    except (Putoff, OSError) as error:
        again = next_attempt(row["attempts"], row["not_before"], clock())
        if again is None:
            return ended("failed", str(error))
        _again(target, me, number, str(error), again, lost=False)
        return "later"


def _hand_over(target: sa.Engine, number: int, me: int, now: datetime) -> None:
    with sql.begin(target) as connection:
        if not sql.execute(connection, "etl/letter_handed", letter_id=number, sender=me, now=now):
            raise Taken


def _again(target: sa.Engine, me: int, number: int, said: str, next_at: datetime, *, lost: bool) -> None:
    with sql.begin(target) as connection:
        sql.execute(connection, "etl/letter_again", letter_id=number, sender=me, said=said, next_at=next_at, lost=lost)


def _envelope(target: sa.Engine, row: Mapping[str, Any], fetch: Fetch | None) -> Envelope:
    with sql.begin(target) as connection:
        parts = tuple(_attachment(connection, part, fetch) for part in sql.rows(connection, "etl/letter_parts",
                                                                                letter_id=row["letter_id"]))  # fmt: skip
    letter = Letter(
        row["occurrence"], row["kind"], row["address"], row["subject"], row["plain"], row["html"], row["channel"],
        row["language"], row["user_id"], row["link"], parts, row["not_before"],
    )  # fmt: skip
    return Envelope(row["letter_id"], row["token"], row["created_at"], letter)


def _attachment(connection: sa.Connection, part: Mapping[str, Any], fetch: Fetch | None) -> Attachment:
    content = part["content"]
    if content is None:
        content = fetch(connection, part["reference"]) if fetch else None
    if content is None:
        raise LookupError(f"{part['name']}: {REFERENCE_GONE}")
    return Attachment(part["name"], part["type"], bytes(content), content_id=part["content_id"])
