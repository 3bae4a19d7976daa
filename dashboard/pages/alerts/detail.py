"""One alert at length: why it fired, what goes with it, what happened to it and who was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.alerts import wording as say
from dashboard.alerts.reads import Alert
from dashboard.context import Context
from dashboard.figures.numbers import plain, signed
from dashboard.pages.alerts import figures, model, wording
from dashboard.pages.alerts.fields import button, select, text
from dashboard.pages.alerts.model import Row, View
from dashboard.panels import panel
from dashboard.texts import t

HEIGHT = 300  # px
SILENCES = (1, 3, 7, 14, 30)  # days offered
TASK_DAYS = (7, 14, 30, 60)  # days offered until a task is due


def detail(view: View, context: Context) -> html.Section | None:
    """The panel of the alert that is opened; ``None`` where none is."""
    alert, language = view.opened, context.language
    if alert is None:
        return None
    body = [_facts(alert, language), *_acts(alert, context), _chart(alert, context), *_causes(alert, language),
            _timeline(view, language), *_told(view, language)]  # fmt: skip
    sub = f"{say.state(alert.row, language)} · {say.severity(alert.row, language)} · {say.named(alert.row, 'rule', language)}"
    return panel(say.headline(alert.row, language), sub, *body)


def _facts(alert: Alert, language: str) -> html.Dl:
    row = alert.row
    found: list[tuple[str, str]] = []
    if row["kind"] != "feed":
        found.append((say.read_as(row), f"{say.period(row, row['latest'], language)} {say.reading(row, language)}"))
    for name, value in (("expected", row["expected"]), ("target", say.target(row))):
        if value is not None:
            found.append((name, f"{plain(value, say.decimals(row))} {say.unit(row, language)}"))
    found += [(name, f"{signed(value, say.decimals(row))} {say.unit(row, language)}") for name, value in _off(row)]
    if row["since"] is not None:
        found.append(("since", say.period(row, row["since"], language)))
    if row["s"] is not None and row["kind"] in say.WITH_STATISTIC:
        found.append(("statistic", f"{plain(row['s'], 2)} ({t('alerts.worst', language, s=plain(row['worst_s'], 2))})"))
    found.append(("duty", say.duty(row, language)))
    if row["acknowledged_at"] is not None:
        said = (wording.moment(row["acknowledged_at"]), row["acknowledged_by"], row["acknowledged_note"])
        found.append(("taken_on", " · ".join(part for part in said if part)))
    if row["task_id"]:
        found.append(("task", wording.task(row, language)))
    if row["reopened_of"]:
        found.append(("reopened", f"#{row['reopened_of']}"))
    cells = [html.Div([html.Dt(t(f"alerts.fact.{name}", language)), html.Dd(value)]) for name, value in found]
    return html.Dl(cells, className="al-dl")


def _off(row: Row) -> list[tuple[str, float]]:
    """How far it is off what was expected: in this period, and where it began before, on average since."""
    found = [("now", row["value"] - row["expected"])] if None not in (row["value"], row["expected"], row["size"]) else []
    if row["kind"] == "fall" and row["size"] is not None and row["since"] != row["latest"]:
        found.append(("size", row["size"]))
    return found


def _chart(alert: Alert, context: Context) -> Any:
    language = context.language
    if not alert.points:
        key = "alerts.no_series" if alert.row["fully"] else "alerts.series_closed"
        return html.P(t(key, language), className="empty")
    label = t("alerts.chart.label", language, about=say.about(alert.row, language))
    chart = dcc.Graph(figure=figures.series(alert, language, context.theme), config=figures.CONFIG, responsive=True,
                      style={"height": HEIGHT})  # fmt: skip
    note = html.P(t("alerts.chart.note", language), className="sub")
    return html.Div([html.H3(t("alerts.why", language)), html.Div(chart, role="img", **{"aria-label": label}), note])


def _acts(alert: Alert, context: Context) -> list[Any]:
    """Taking it on, and silencing its area; who may, the store says."""
    if not alert.open or not model.acts(context):
        return []
    language, row = context.language, alert.row
    take_on = [] if row["acknowledged_at"] is not None else [
        html.Div([
            text("one_note", t("alerts.note", language), hint=t("alerts.note_hint", language)),
            text("owner", t("alerts.owner", language), hint=context.user.login),
            button(t("alerts.acknowledge", language), "acknowledge_one", alert.number),
        ], className="ad-fields")
    ]  # fmt: skip
    scope = [("one", t("alerts.silence_one", language)), ("area", t("alerts.silence_area", language))]
    silence = html.Div([
        select("days", t("alerts.silence_for", language), _days(SILENCES, language), "7"),
        select("scope", t("alerts.silence_scope", language), scope, "one"),
        text("reason", t("alerts.reason", language), hint=t("alerts.reason_hint", language)),
        button(t("alerts.silence", language), "silence", alert.number, quiet=True),
    ], className="ad-fields")  # fmt: skip
    fold = html.Details([html.Summary(t("alerts.silence_open", language)), silence])
    return [html.Div([*take_on, *_task(alert, context), fold], className="al-acts")]


def _task(alert: Alert, context: Context) -> list[html.Details]:
    """Making an improvement task of it, once."""
    if alert.row["task_id"]:
        return []
    language = context.language
    fields = html.Div([
        text("task_note", t("alerts.task_note", language), hint=t("alerts.task_note_hint", language)),
        text("task_owner", t("alerts.owner", language), hint=context.user.login),
        select("task_days", t("alerts.task_due", language), _days(TASK_DAYS, language), "14"),
        button(t("alerts.task_make", language), "task", alert.number, quiet=True),
    ], className="ad-fields")  # fmt: skip
    return [html.Details([html.Summary(t("alerts.task_open", language)), fields])]


def _days(offered: Sequence[int], language: str) -> list[tuple[str, str]]:
    return [(str(day), t("alerts.days", language, count=day)) for day in offered]


def _causes(alert: Alert, language: str) -> list[Any]:
    if not alert.causes:
        return []
    rows = [_cause(cause, alert, language) for cause in alert.causes]
    heads = ("kind", "name", "contribution", "interval")
    numbers = ("contribution", "interval")
    head = html.Tr([
        html.Th(t(f"alerts.cause_col.{name}", language), scope="col", className="num" if name in numbers else None)
        for name in heads
    ])  # fmt: skip
    note = html.P(t("alerts.cause_note", language), className="sub")
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="al-table")
    return [html.Div([html.H3(t("alerts.causes", language)), html.Div(table, className="al-scroll"), note])]


def _cause(cause: Row, alert: Alert, language: str) -> html.Tr:
    own = alert.row if cause["kind"] in say.OF_THE_ALERT else cause
    decimals, unit = own["decimals"] or 0, say.unit_of(own, language)
    span = ""
    if cause["low"] is not None and cause["high"] is not None:
        span = f"{signed(cause['low'], decimals)} ~ {signed(cause['high'], decimals)}"
    moved = signed(cause["contribution"], decimals) + f" {unit}" if cause["contribution"] is not None else ""
    when = f" · {cause['start']:%Y-%m}" if cause["start"] and cause["kind"] in ("process", "complaint") else ""
    return html.Tr([
        html.Td(t(f"alerts.cause_kind.{cause['kind']}", language)), html.Td(_name(cause, language) + when),
        html.Td(moved, className="num"), html.Td(span, className="num"),
    ])  # fmt: skip


def _name(cause: Row, language: str) -> str:
    if cause["kind"] == "event":
        return f"{cause['words']} ({cause['first_day']} ~ {cause['last_day']})"
    if cause["kind"] in ("child", "grid"):
        return say.named(cause, "area", language)
    if cause["kind"] == "mix":
        return t("alerts.mix_held", language)
    if cause["kind"] == "cut":
        return say.cut_value(cause["cut"], cause["value"], language)
    return say.named(cause, "indicator", language)


def _timeline(view: View, language: str) -> html.Div:
    lines = [html.Li([html.Span(wording.moment(row["at"]), className="sub"), html.Span(wording.event(row, language))])
             for row in view.events]  # fmt: skip
    return html.Div([html.H3(t("alerts.happened", language)), html.Ol(lines, className="al-timeline")])


def _told(view: View, language: str) -> list[Any]:
    """Who was told what, when, and what became of it; for who answers for the area."""
    if not view.told:
        return []
    rows = [
        html.Tr([
            html.Td(wording.moment(row["at"] or row["due_at"])), html.Td(f"{row['name']} ({row['login']})"),
            html.Td(t(f"alerts.what.{row['what']}", language)), html.Td(wording.told(row, language)),
        ])
        for row in view.told
    ]  # fmt: skip
    head = html.Tr([html.Th(t(f"alerts.told_col.{name}", language), scope="col") for name in ("at", "who", "what", "became")])
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="al-table")
    return [html.Div([html.H3(t("alerts.told", language)), html.Div(table, className="al-scroll")])]
