"""The page's sentence, moments, and the events of an alert in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard.context import ZONE, Context
from dashboard.pages.alerts.model import CLOSED_DAYS, View
from dashboard.texts import UnknownText, t


def sentence(view: View, context: Context) -> str:
    """How many stand open, how many of them nobody took on."""
    language, area, found = context.language, context.area.name(context.language), view.open
    if not found:
        return t("alerts.sentence_none", language, area=area)
    waiting = sum(alert.row["acknowledged_at"] is None for alert in found)
    urgent = sum(alert.row["severity"] == 1 for alert in found)
    return t("alerts.sentence", language, area=area, count=len(found), urgent=urgent, waiting=waiting)


def below(view: View, context: Context) -> str:
    """What else there is to know of them."""
    silent = sum(alert.row["silenced_until"] is not None for alert in view.open)
    closed = len(view.alerts) - len(view.open)
    return t("alerts.below", context.language, silent=silent, closed=closed, days=CLOSED_DAYS)


def moment(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""


def event(row: Mapping[str, Any], language: str) -> str:
    """What happened, and by whom."""
    detail = row["detail"]
    words = t(f"alerts.event.{row['what']}", language)
    by = t("alerts.event_by", language, by=row["by"]) if row["by"] else ""
    more = detail.get("note") or detail.get("reason") or ""
    return " · ".join(part for part in (words, by, more) if part)


def task(row: Mapping[str, Any], language: str) -> str:
    """The improvement task of an alert; where its particulars are not the reader's to see, its number."""
    said = f"#{row['task_id']}"
    if row["task_state"] is None:
        return said
    parts = (said, t("alerts.task_due_on", language, day=f"{row['task_due']:%Y-%m-%d}"), row["task_owner"],
             t(f"alerts.task_state.{row['task_state']}", language))  # fmt: skip
    return " · ".join(part for part in parts if part)


def told(row: Mapping[str, Any], language: str) -> str:
    """What became of one notice."""
    if row["lapsed"]:
        return t(f"alerts.lapsed.{row['lapsed']}", language)
    if row["at"] is None:
        return t("alerts.held" if row["held"] else "alerts.due", language, due=moment(row["due_at"]))
    return post_state(row["state"], language) if row["state"] else t("alerts.forgotten", language)


def post_state(state: str, language: str) -> str:
    return t(f"alerts.post.{state}", language)


def post_tone(state: str) -> str:
    """The colour that goes with a letter's state, beside its word."""
    if state in ("sent", "captured"):
        return "done" if state == "sent" else "due"
    return "due" if state in ("queued", "sending") else "failed"


def limit_name(name: str, language: str) -> str:
    """A limit of a rule in words; one that has none as it is written."""
    try:
        return t(f"alerts.limit.{name}", language)
    except UnknownText:
        return name
