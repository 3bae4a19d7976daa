"""What the jobs of reports do: the week's or month's in bulk, and one that somebody asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

import sql
from etl import schedule
from etl.commands.press import press
from etl.config import Settings
from etl.domain.period import Period, parse
from etl.domain.report import Press, due
from etl.runner import Order, Work
from etl.steps.reports import Nobody, make_one, make_reports


def works(settings: Settings) -> dict[str, Work]:
    """The work behind the names of the jobs of reports."""
    return {
        "reports": lambda order: bulk(order, settings, "w"),
        "reports-month": lambda order: bulk(order, settings, "m"),
        "report": lambda order: one(order, settings),
    }


def bulk(order: Order, settings: Settings, kind: str) -> dict[str, Any]:
    """All reports of the period asked for, else of the last week or month that ended before the planned day."""
    planned = "period" not in order.asked
    if planned and not published(order.target):
        return {"reports": 0}  # an installation of today has no last week
    period = due(kind, _day(order.scheduled_for)) if planned else parse(order.asked["period"])
    try:
        return make_reports(order.target, order.run_id, period, _press(order.target, settings), settings.post.public_url,
                            order.moment, order.tell)  # fmt: skip
    except Nobody:
        if planned:
            return {"reports": 0}  # without users there is nobody to read one
        raise


def published(target: sa.Engine) -> bool:
    """Whether anything was ever published."""
    with sql.begin(target) as connection:
        return sql.one(connection, "etl/latest_publication") is not None


def one(order: Order, settings: Settings) -> dict[str, Any]:
    """The report a user asked for in the browser."""
    asked = order.asked
    period: Period = parse(asked["period"])
    return make_one(order.target, asked["area"], period, asked["language"], asked["user"], _press(order.target, settings),
                    order.moment)  # fmt: skip


def _day(planned: datetime) -> Any:
    return planned.astimezone(ZoneInfo(schedule.TIME_ZONE)).date()


def _press(target: sa.Engine, settings: Settings) -> Press:
    owner = target.url.render_as_string(hide_password=False)
    return press(settings.app_url(owner), settings.demo_marker.exists())
