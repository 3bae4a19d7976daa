"""Feeds whose data are not there when their calendar says so: each an incident until they come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

import sql
from etl.domain.calendar import Delivery, Standing, standings
from etl.sources.declaration import Feed

PERIODS = {"d": 31, "w": 13, "m": 13}  # how far back a gap is still told of


def look_for_overdue(target: sa.Engine, feeds: Sequence[Feed], now: datetime) -> list[str]:
    """Open or close the incident of every feed with a calendar; the ids of those overdue."""
    overdue = []
    for feed in feeds:
        if feed.calendar is None:
            continue
        with sql.begin(target) as connection:
            missing = [one for one in standing(connection, feed, now) if one.state == "overdue"]
            if missing:
                overdue.append(feed.feed_id)
                zh, en = _said(feed, missing)
                told = {"kind": "overdue", "subject": feed.feed_id, "said_zh": zh, "said_en": en, "now": now}
                sql.execute(connection, "etl/incident_seen", **told)
            else:
                sql.execute(connection, "etl/incident_over", kind="overdue", subject=feed.feed_id, now=now)
    return overdue


def standing(connection: sa.Connection, feed: Feed, now: datetime) -> list[Standing]:
    """How the feed's latest periods stand at ``now``; none without a calendar."""
    if feed.calendar is None:
        return []
    rows = sql.rows(connection, "etl/deliveries", feed_id=feed.feed_id, since=date.min)
    deliveries = [Delivery(row["first_day"], row["last_day"], row["loaded_at"]) for row in rows]
    return standings(feed.calendar, deliveries, now, PERIODS[feed.calendar.every])


def _said(feed: Feed, missing: Sequence[Standing]) -> tuple[str, str]:
    first, count = missing[0], len(missing)
    when = first.due.strftime("%Y-%m-%d %H:%M")
    zh = f"{feed.title_zh}：{first.period.label('zh')}的数据应在 {when} 前到达，尚未到达"
    en = f"{feed.title_en}: the data of {first.period.label('en')} were due by {when} and have not come"
    return (f"{zh}（共缺 {count} 期）", f"{en} ({count} periods missing)") if count > 1 else (zh, en)
