"""Silences: what is kept quiet, until when and why; each can be lifted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dash import html

import sql
from dashboard.alerts import wording as say
from dashboard.context import ZONE, Context
from dashboard.pages.alerts import model, wording
from dashboard.pages.alerts.fields import button
from dashboard.pages.alerts.model import CLOSED_DAYS, Row
from dashboard.panels import panel
from dashboard.texts import t

HEADS = ("area", "about", "until", "reason", "by", "state")


def view(context: Context) -> list[Any]:
    """The panel of silences in force and of those that ended of late."""
    language, now = context.language, datetime.now(ZONE)
    with context.read() as connection:
        found = sql.rows(connection, "dashboard/alert_silences", area=context.area.area_id, now=now,
                         since=now - timedelta(days=CLOSED_DAYS))  # fmt: skip
    heading, sub = t("alerts.view.silences", language), t("alerts.silences_sub", language)
    if not found:
        return [panel(heading, sub, html.P(t("alerts.no_silence", language), className="empty"))]
    head = html.Tr([html.Th(t(f"alerts.silence_col.{name}", language), scope="col") for name in HEADS])
    table = html.Table([html.Thead(head), html.Tbody([_row(row, context) for row in found])], className="al-table al-cards")
    return [panel(heading, sub, html.Div(table, className="al-scroll"))]


def _row(row: Row, context: Context) -> html.Tr:
    language = context.language
    about = [say.named(row, "rule", language) or t("alerts.every_rule", language),
             say.named(row, "indicator", language) or t("alerts.every_indicator", language)]  # fmt: skip
    cells: list[Any] = [say.named(row, "area", language), " · ".join(about), wording.moment(row["until"]), row["reason"],
                        f"{row['by']} · {wording.moment(row['at'])}", _state(row, context)]  # fmt: skip
    labels = [{"data-label": t(f"alerts.silence_col.{name}", language)} for name in HEADS]
    return html.Tr([html.Td(cell, **label) for cell, label in zip(cells, labels, strict=True)])


def _state(row: Row, context: Context) -> Any:
    language = context.language
    if not row["in_force"]:
        ended = (wording.moment(row["ended_at"]), row["ended_by"]) if row["ended_at"] else (wording.moment(row["until"]),)
        return t("alerts.silence_over", language, at=" · ".join(ended))
    if not model.acts(context):
        return t("alerts.silence_on", language)
    return button(t("alerts.lift", language), "lift", row["silence_id"], quiet=True)
