"""What the page is asked for and what it read: its views, and the alerts of an area with the one that is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.alerts import reads
from dashboard.alerts.reads import Alert
from dashboard.context import ZONE, Context

VIEWS = ("open", "silences", "events", "rules", "post", "mine")
OPENED = ("alert", "act", "rule", "letter")  # what a view opens by the address
ACTING = frozenset({"admin", "quality", "manager", "grid", "line"})  # whom the store lets act on alerts of their scope
MOST_SHOWN = 120  # open alerts on the page; the export has all
CLOSED_DAYS = 30  # how long an alert that is over is still listed
MOST_DIGITS = 15
Row = Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """The alerts of an area; ``opened`` is the one shown beside them with what happened to it and who was told."""

    alerts: Sequence[Alert]
    opened: Alert | None = None
    events: Sequence[Row] = field(default=())
    told: Sequence[Row] = field(default=())
    now: datetime = field(default_factory=lambda: datetime.now(ZONE))

    @property
    def open(self) -> list[Alert]:
        return [alert for alert in self.alerts if alert.open]


def view_of(context: Context) -> str:
    """The view the address asks for, the first when it asks for none there is."""
    asked = context.query.get("view", VIEWS[0])
    return asked if asked in VIEWS else VIEWS[0]


def number(context: Context, name: str) -> int | None:
    """A number of the address; ``None`` for what is none."""
    asked = context.query.get(name, "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS else None


def acts(context: Context) -> bool:
    """Whether the reader may act on some alert; on which, the store says."""
    return bool(ACTING & context.user.roles)


def load(context: Context) -> View:
    """The alerts of the context's area, with the one the address names, or the first."""
    now = datetime.now(ZONE)
    with context.read() as connection:
        alerts = reads.listed(connection, context.area.area_id, now, now - timedelta(days=CLOSED_DAYS))
        if view_of(context) != VIEWS[0]:
            return View(alerts, now=now)
        asked = number(context, "alert")
        chosen = asked if asked is not None else next((alert.number for alert in alerts), None)
        opened = _opened(connection, chosen, now)
        if opened is None:
            return View(alerts, now=now)
        events = sql.rows(connection, "dashboard/alert_events", id=opened.number)
        told = sql.rows(connection, "dashboard/alert_told", id=opened.number)
    return View(alerts, opened, events, told, now)


def _opened(connection: sa.Connection, chosen: int | None, now: datetime) -> Alert | None:
    found = reads.numbered(connection, [chosen], now) if chosen is not None else []
    return found[0] if found else None
