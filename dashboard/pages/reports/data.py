"""What the page reads and writes, always in the reader's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.context import ZONE, Context
from sql.audit import audit

MOST = 300  # kept reports in the list; a search finds the others
MOST_WORDS = 60  # characters of a search
MOST_NUMBER = 2**63 - 1
AWAKE = timedelta(minutes=3)  # a schedule says every minute that it is awake
OPEN = ("due", "running")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """Everything the page shows; ``there``: the report asked about, made already, by language."""

    reports: Sequence[Row]
    count: int
    there: Mapping[str, Row]
    asked: Sequence[Row]
    subscriptions: Sequence[Row]
    rights: Row
    awake: bool

    @property
    def waiting(self) -> bool:
        return any(one["state"] in OPEN for one in self.asked)


def load(context: Context, languages: Sequence[str], now: datetime | None = None) -> View:
    """The whole page in one transaction."""
    with context.read() as connection:
        counted, rights = sql.one(connection, "dashboard/reports_count", area=context.area.area_id), _rights(connection, context)
        return View(
            listed(connection, context), counted["reports"] if counted else 0, _there(connection, context, languages),
            sql.rows(connection, "dashboard/reports_asked"), sql.rows(connection, "dashboard/report_subscriptions"), rights,
            _awake(connection, now or datetime.now(ZONE)),
        )  # fmt: skip


def listed(connection: sa.Connection, context: Context, words: str | None = None) -> list[Row]:
    """Kept reports of the area and below; ``words`` of a stranger narrow them."""
    wanted = (words or "").strip()[:MOST_WORDS] or None
    return sql.rows(connection, "dashboard/reports", area=context.area.area_id, words=wanted, most=MOST)


def one(connection: sa.Connection, number: int) -> Row | None:
    """A kept report without its bytes; ``None`` where there is none, or none for the reader."""
    return sql.one(connection, "dashboard/report_one", report_id=number) if 0 < number <= MOST_NUMBER else None


def content(connection: sa.Connection, number: int) -> Row | None:
    """A kept report with its bytes."""
    return sql.one(connection, "dashboard/report_bytes", report_id=number) if 0 < number <= MOST_NUMBER else None


def asked(connection: sa.Connection) -> list[Row]:
    """The reader's own latest asks."""
    return sql.rows(connection, "dashboard/reports_asked")


def ask(context: Context, language: str) -> int | None:
    """Have the report of the address made; ``None`` where too many wait."""
    with context.read() as connection:
        about = {"area": context.area.area_id, "period": context.period.code(), "language": language}
        row = sql.one(connection, "dashboard/report_ask", **about)
        if row and row["run_id"]:
            _note(connection, context, "report.ask", period=context.period.code(), language=language)
    return row["run_id"] if row else None


def subscribe(context: Context, cadence: str, language: str, addresses: Sequence[str] | None = None) -> bool:
    """Subscribe the reader, or a list of addresses; ``False`` where that is so already."""
    user = context.user.user_id
    with context.read() as connection:
        made = sql.one(
            connection, "dashboard/report_subscribe", area=context.area.area_id, cadence=cadence, language=language,
            user_id=None if addresses else user, addresses=list(addresses) if addresses else None, made_by=user,
        )  # fmt: skip
        if made:
            _note(connection, context, "report.subscribe", cadence=cadence, language=language, addresses=addresses)
    return made is not None


def unsubscribe(context: Context, number: int) -> bool:
    """End a subscription the reader may end."""
    with context.read() as connection:
        ended = sql.execute(connection, "dashboard/report_unsubscribe", subscription_id=number)
        if ended:
            _note(connection, context, "report.unsubscribe", subscription=number)
    return bool(ended)


def _note(connection: sa.Connection, context: Context, action: str, **detail: Any) -> None:
    user = context.user
    audit(connection, actor=user.login, action=action, subject=context.area.code, user_id=user.user_id, **detail)


def _there(connection: sa.Connection, context: Context, languages: Sequence[str]) -> dict[str, Row]:
    period = context.period
    about = {"area": context.area.area_id, "period": period.kind, "start": period.start, "p": context.publication_id}
    found = {language: sql.one(connection, "dashboard/report_latest", language=language, **about) for language in languages}
    return {language: row for language, row in found.items() if row}


def _rights(connection: sa.Connection, context: Context) -> Row:
    return sql.one(connection, "dashboard/report_rights", area=context.area.area_id) or {"email": None, "lists": False}


def _awake(connection: sa.Connection, now: datetime) -> bool:
    seen = sql.one(connection, "dashboard/schedule_seen")
    return bool(seen and seen["seen_at"] and now - seen["seen_at"] <= AWAKE)
