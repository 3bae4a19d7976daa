"""Moments, durations, plans and outcomes of the data page in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard.context import ZONE
from dashboard.texts import catalogue, t

INSTANT, MINUTE, HOUR = 0.1, 60, 3600  # seconds
KIB = 1024
COUNTED = ("accepted", "rejected", "duplicate", "cells_changed", "tasks", "forecasts", "predicted", "reports", "letters",
           "partitions_made", "login_attempts_forgotten",
           "escalated", "notices", "notified", "sent", "captured", "later", "refused", "failed", "unknown", "bounced",
           "letters_forgotten", "uploads_forgotten", "runs_forgotten", "versions_forgotten",
           "archive_files_forgotten", "failed_files_forgotten")  # fmt: skip


def day(one: Any) -> str:
    return one.isoformat() if one else "—"


def moment(when: datetime | None) -> str:
    """To the minute, in the operator's time."""
    return when.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if when else "—"


def span(seconds: float | None, language: str) -> str:
    """``0.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds is None:
        return "—"
    if seconds < INSTANT:
        return t("data.took_instant", language)
    if seconds < MINUTE:
        return t("data.took_s", language, s=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
    if seconds < HOUR:
        return t("data.took_min", language, m=int(seconds // MINUTE), s=int(seconds % MINUTE))
    return t("data.took_h", language, h=int(seconds // HOUR), m=int(seconds % HOUR // MINUTE))


def size(count: int) -> str:
    """Bytes as ``512 B``, ``3.4 KB``, ``120 MB``."""
    value, unit = float(count), "B"
    for larger in ("KB", "MB", "GB"):
        if value < KIB:
            break
        value, unit = value / KIB, larger
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


def plan(cron: str, asked_only: bool, language: str, takes_feed: bool = True) -> str:
    """A crontab line in words, as far as the schedule uses them; any other as it is written."""
    if not cron:
        return t("data.plan_upload" if asked_only else "data.plan_waiting" if takes_feed else "data.plan_due", language)
    minute, hour, *dates, weekday = cron.split()
    if dates[0].isdecimal() and (dates[1], weekday) == ("*", "*") and hour.isdecimal() and minute.isdecimal():
        return t("data.plan_monthly", language, date=int(dates[0]), at=f"{int(hour):02d}:{int(minute):02d}")
    if dates != ["*", "*"] or not minute.replace(",", "").isdecimal() or weekday not in ("*", *_WEEKDAYS):
        return cron
    if hour == "*" and weekday == "*":
        minutes = t("data.plan_and", language).join(f"{int(one):02d}" for one in minute.split(","))
        return t("data.plan_hourly", language, minutes=minutes)
    if not (hour.isdecimal() and minute.isdecimal()):
        return cron
    at = f"{int(hour):02d}:{int(minute):02d}"
    if weekday == "*":
        return t("data.plan_daily", language, at=at)
    return t("data.plan_weekly", language, at=at, day=t(f"data.weekday_{_WEEKDAYS.index(weekday) % 7}", language))


_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def feed_title(declaration: Mapping[str, Any] | None, feed_id: str, language: str) -> str:
    """The feed's title as it is declared, else its id."""
    return str((declaration or {}).get(f"title_{language}") or feed_id)


def job_title(run: Mapping[str, Any], language: str) -> str:
    """The job's title, and the feed it is for; a job that is no more goes by its name."""
    name, _, subject = run["job"].partition(":")
    title = run[f"title_{language}"] or name
    return f"{title} · {subject}" if subject else title


def outcome(told: Mapping[str, Any], language: str) -> str:
    """A run's outcome in one line; empty when it tells nothing."""
    pieces = [str(told["name"])] if told.get("name") else []
    files = told.get("files")
    if isinstance(files, dict):
        pieces += [
            t("data.out_files", language, count=f"{count:,}", state=_state(state, language).lower())
            for state, count in files.items()
        ]
    elif told.get("state"):
        pieces.append(_state(str(told["state"]), language))
    if told.get("publication"):
        pieces.append(t("data.out_publication", language, number=told["publication"]))
    elif told.get("latest"):
        pieces.append(t("data.out_no_news", language, number=told["latest"]))
    if told.get("overdue"):
        pieces.append(t("data.out_overdue", language, feeds=t("data.list", language).join(map(str, told["overdue"]))))
    pieces += [t(f"data.out_{name}", language, count=f"{told[name]:,}") for name in COUNTED if told.get(name)]
    return " · ".join(pieces)


def _state(state: str, language: str) -> str:
    key = f"data.state_{state}"
    return t(key, language) if key in catalogue() else state


def rows(one: Mapping[str, Any], language: str, suffix: str = "") -> str:
    """``1,234 read = 1,200 accepted + 30 refused + 4 duplicate``."""
    counts = {name: f"{int(one[f'{name}{suffix}'] or 0):,}" for name in ("read", "accepted", "rejected", "duplicate")}
    return t("data.rows_equal", language, **counts)
