"""The open alerts of an area and all below, with what goes with each."""

from __future__ import annotations

from datetime import datetime

from dashboard.alerts import reads, wording
from dashboard.alerts.reads import Alert
from dashboard.context import ZONE, Context
from dashboard.pages.overview.model import View
from dashboard.snapshot.sections import Block, Cell, heading, note
from dashboard.texts import t

MOST = 20  # the gravest; the alerts page has all
HEADS = (("severity", "auto"), ("what", 5), ("reading", 4), ("cause", 7), ("duty", "auto"))
GRAVE = 1  # severity told in the colour of alarm


def open_alerts(view: View, context: Context) -> list[Block]:
    """Every alert that was opened up to the period's end and stands open; nothing where there is none."""
    language = context.language
    with context.read() as connection:
        found = reads.listed(connection, context.area.area_id, datetime.now(ZONE))
    found = [alert for alert in found if alert.open and alert.row["start"] <= context.period.end]
    if not found:
        return []
    columns = [{"title": t(f"snapshot.alert.{key}", language), "width": width, "align": "left"} for key, width in HEADS]
    rows = [_row(alert, language) for alert in found[:MOST]]
    more = [note(t("snapshot.say.alerts_more", language, n=len(found) - MOST))] if len(found) > MOST else []
    title = t("snapshot.head.alerts", language, n=len(found))
    return [heading(title), {"kind": "table", "columns": columns, "rows": rows}, *more]


def _row(alert: Alert, language: str) -> list[Cell]:
    row = alert.row
    severity = {"text": wording.severity(row, language), "state": "fire" if row["severity"] <= GRAVE else "plain", "bold": True}
    what = wording.headline(row, language)
    return [severity, what, wording.reading(row, language), wording.cause(alert, language), wording.duty(row, language)]
