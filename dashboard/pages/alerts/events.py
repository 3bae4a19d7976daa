"""Declared events: what is known to happen, annotated on trends and offered among what goes with an alert."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from dash import html

import sql
from dashboard.alerts import wording as say
from dashboard.context import Absent, Context
from dashboard.pages.alerts import model, wording
from dashboard.pages.alerts.fields import button, select, text
from dashboard.pages.alerts.model import Row
from dashboard.panels import panel
from dashboard.texts import t

KINDS = ("tariff", "outage", "holiday", "campaign", "survey", "other")
HEADS = ("kind", "area", "days", "words", "by", "act")
BACK = timedelta(days=400)  # how long an event that is over is listed
MOST_DAYS = 366  # an event that lasts longer is none


def view(context: Context) -> list[Any]:
    """The form for the area at hand, and what was declared for it, above and below."""
    language = context.language
    with context.read() as connection:
        found = sql.rows(connection, "dashboard/alert_declared", area=context.area.area_id, since=date.today() - BACK)
    heading, sub = t("alerts.view.events", language), t("alerts.events_sub", language)
    body: list[Any] = [html.P(t("alerts.no_event", language), className="empty")]
    if found:
        head = html.Tr([html.Th(t(f"alerts.event_col.{name}", language), scope="col") for name in HEADS])
        rows = html.Tbody([_row(row, language) for row in found])
        body = [html.Div(html.Table([html.Thead(head), rows], className="al-table al-cards"), className="al-scroll")]
    return [*([_form(context)] if model.acts(context) else []), panel(heading, sub, *body)]


def _form(context: Context) -> html.Section:
    language, today = context.language, date.today().isoformat()
    kinds = [(kind, t(f"alerts.event_kind.{kind}", language)) for kind in KINDS]
    words = text("words", t("alerts.event_col.words", language), hint=t("alerts.words_hint", language))
    fields = [
        select("event_kind", t("alerts.event_col.kind", language), kinds, KINDS[0]),
        text("first_day", t("alerts.first_day", language), today), text("last_day", t("alerts.last_day", language), today),
        html.Div(words, className="al-wide"),
    ]  # fmt: skip
    go = html.Div(button(t("alerts.declare", language), "declare"), className="ad-row")
    sub = t("alerts.declare_sub", language, area=context.area.name(language))
    return panel(t("alerts.declare", language), sub, html.Div(fields, className="ad-fields al-form"), go)


def _row(row: Row, language: str) -> html.Tr:
    days = row["first_day"].isoformat() + ("" if row["first_day"] == row["last_day"] else f" ~ {row['last_day']}")
    cells: list[Any] = [
        t(f"alerts.event_kind.{row['kind']}", language), say.named(row, "area", language), days, row["words"],
        f"{row['declared_by']} · {wording.moment(row['declared_at'])}",
        button(t("alerts.withdraw", language), "withdraw", row["event_id"], quiet=True) if row["own"] else "",
    ]  # fmt: skip
    labels = [{"data-label": t(f"alerts.event_col.{name}", language)} for name in HEADS]
    return html.Tr([html.Td(cell, **label) for cell, label in zip(cells, labels, strict=True)])


def declared(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a filled form asks of the store. Raises :class:`ValueError` with the name of what is wrong."""
    if fields.get("event_kind") not in KINDS:
        raise Absent("absent.page")  # no form of ours
    words = str(fields.get("words") or "").replace("\0", "").strip()
    if not words:
        raise ValueError("words")
    try:
        first, last = (date.fromisoformat(str(fields.get(name) or "").strip()) for name in ("first_day", "last_day"))
    except ValueError:
        raise ValueError("day") from None
    if not first <= last <= first + timedelta(days=MOST_DAYS):
        raise ValueError("days")
    return {"kind": fields["event_kind"], "first": first, "last": last, "words": words[:200]}
