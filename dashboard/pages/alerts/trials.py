"""A rule tried on the published past before it is changed: what it would have told, beside what chance alone brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

import sql
from dashboard.context import Context
from dashboard.figures.numbers import plain, signed
from dashboard.pages.alerts import wording
from dashboard.pages.alerts.model import Row
from dashboard.texts import t
from etl.domain.area import Level

JOB = "try-rule"
PANEL, TICK = "alerts-tried", "alerts-tick"
EVERY = 4000  # ms between two looks while the rule is shown
COLUMNS = ("level", "alerts", "a_month", "by_chance", "delay")
LATEST = ("opened", "area", "indicator", "size", "closed")


def place(context: Context, rule: str) -> html.Div:
    """Where the last trial stands, looked at again and again: it is the schedule's work."""
    return html.Div([html.Div(last(context, rule), id=PANEL), dcc.Interval(id=TICK, interval=EVERY)])


def last(context: Context, rule: str) -> list[Any]:
    """The last trial of the rule in words; nothing where there was none."""
    with context.read() as connection:
        row = sql.one(connection, "dashboard/alert_rule_tried", rule=rule)
    if row is None:
        return []
    head = html.H3([t("alerts.tried", context.language), html.Span(_asked(row, context.language), className="sub")])
    return [head, *_ended(row, context.language)]


def _asked(row: Row, language: str) -> str:
    limits = row["asked"].get("limits") or {}
    said = t("alerts.cause.and", language).join(f"{wording.limit_name(name, language)} {value}" for name, value in limits.items())
    return " · ".join(part for part in (wording.moment(row["scheduled_for"]), said) if part)


def _ended(row: Row, language: str) -> list[Any]:
    if row["state"] in ("due", "running"):
        return [html.P(t("alerts.trying", language), className="sub", role="status")]
    if row["state"] != "done":
        return [html.P(t("alerts.try_failed", language, why=row[f"error_{language}"] or ""), className="ad-said fault")]
    outcome = row["outcome"]
    words = t("alerts.tried_says", language, months=outcome["months"], alerts=outcome["alerts"])
    latest = _table("tried_alert", LATEST, [_alert(one, language) for one in outcome["latest_alerts"]], language)
    fold = html.Details([html.Summary(t("alerts.tried_latest", language, count=len(outcome["latest_alerts"]))), latest])
    return [html.P(words), _table("tried_col", COLUMNS, [_level(one, language) for one in outcome["levels"]], language), fold]


def _table(kind: str, names: tuple[str, ...], rows: list[list[str]], language: str) -> html.Div:
    head = html.Tr([html.Th(t(f"alerts.{kind}.{name}", language), scope="col") for name in names])
    body = [html.Tr([html.Td(cell) for cell in cells]) for cells in rows]
    return html.Div(html.Table([html.Thead(head), html.Tbody(body)], className="al-table"), className="al-scroll")


def _level(one: Mapping[str, Any], language: str) -> list[str]:
    names = {level.name_in("en"): level.name_in(language) for level in Level}
    figures = [plain(one["a_month"], 2), plain(one["by_chance_a_month"], 2), plain(one["median_months"], 1)]
    return [names.get(one["level"], one["level"]), str(one["alerts"]), *figures]


def _alert(one: Mapping[str, Any], language: str) -> list[str]:
    closed = str(one["closed"])[:7] if one["closed"] else t("alerts.still_open", language)
    return [str(one["opened"])[:7], one["area"], one["indicator"], signed(one["size"]), closed]
