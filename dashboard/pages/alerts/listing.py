"""The list of alerts, by the area that roots them, each to be chosen and opened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.alerts import wording as say
from dashboard.alerts.reads import Alert
from dashboard.context import Context
from dashboard.pages.alerts import model, wording
from dashboard.pages.alerts.fields import act_id, field_id
from dashboard.pages.alerts.model import MOST_SHOWN, View
from dashboard.panels import downloads, panel
from dashboard.texts import t

CHOSEN = "alerts-chosen"  # kind of the id of the group of boxes
EXPORT = "alerts-list"


def listing(view: View, context: Context) -> html.Section:
    """The panel: the open ones in groups, then those that are over, folded away."""
    language, found = context.language, view.open
    closed = [alert for alert in view.alerts if not alert.open]
    body: list[Any] = []
    if found:
        shown = [_group(name, alerts, view, context) for name, alerts in grouped(found[:MOST_SHOWN], language)]
        body += [dmc.CheckboxGroup(html.Div(shown, className="al-groups"), id={"kind": CHOSEN, "name": "open"}, value=[])]
    else:
        body.append(html.P(t("alerts.none", language), className="empty"))
    if len(found) > MOST_SHOWN:
        body.append(html.P(t("alerts.more_open", language, shown=MOST_SHOWN, all=len(found)), className="empty"))
    if found and model.acts(context):
        body.append(_together(language))
    if closed:
        words = html.Summary(t("alerts.closed", language, count=len(closed), days=model.CLOSED_DAYS))
        body.append(html.Details([words, html.Ul([_line(alert, view, context, False) for alert in closed], className="al-list")]))
    sub = t("alerts.list_sub", language)
    return panel(t("alerts.list", language), sub, *body, tools=downloads(context, EXPORT, alert=None, act=None))


def grouped(alerts: Iterable[Alert], language: str) -> list[tuple[str, list[Alert]]]:
    """Alerts under the name of the area that roots them, the group of the gravest first."""
    groups: dict[str, list[Alert]] = {}
    for alert in alerts:
        name = say.named(alert.row, "root", language) or say.named(alert.row, "area", language)
        groups.setdefault(name, []).append(alert)
    return list(groups.items())


def _group(name: str, alerts: list[Alert], view: View, context: Context) -> html.Div:
    acting = model.acts(context)
    head = html.H3([name, html.Span(t("alerts.group_count", context.language, count=len(alerts)), className="sub")])
    return html.Div([head, html.Ul([_line(alert, view, context, acting) for alert in alerts], className="al-list")])


def _line(alert: Alert, view: View, context: Context, choosable: bool) -> html.Li:
    row, language = alert.row, context.language
    here = view.opened is not None and view.opened.number == alert.number
    words = say.headline(row, language)
    free = choosable and row["acknowledged_at"] is None
    label = {"aria-label": t("alerts.choose", language, line=words)}
    box = dmc.Checkbox(value=str(alert.number), size="xs", **label) if free else ""
    state = html.Span(say.state(row, language), className=f"al-state s-{row['state'] if alert.open else 'ok'}")
    silent = [html.Span(t("alerts.silent_until", language, until=wording.moment(row["silenced_until"])))]
    facts = [html.Span(say.severity(row, language), className=f"al-severity v{row['severity']}"), state,
             html.Span(say.duty(row, language)), html.Span(t("alerts.opened", language, at=wording.moment(row["opened_at"]))),
             *(silent if row["silenced_until"] else [])]  # fmt: skip
    link = dcc.Link(words, href=context.address(alert=alert.number, act=None), className="al-line")
    cause = say.cause(alert, language)
    body = [link, html.Div(facts, className="al-facts"), *([html.Div(cause, className="al-cause")] if cause else [])]
    return html.Li([html.Div(box, className="al-box"), html.Div(body)], className="on" if here else None)


def _together(language: str) -> html.Div:
    """Taking on all that are chosen."""
    note = dmc.TextInput(id=field_id("note"), placeholder=t("alerts.note_hint", language), debounce=False,
                         **{"aria-label": t("alerts.note", language)})  # fmt: skip
    words = t("alerts.choose_all", language)
    everything = html.Button(words, className="quiet button", type="button", **{"data-choose-all": "open"})
    go = html.Button(t("alerts.acknowledge_chosen", language), id=act_id("acknowledge"), className="button", type="button")
    return html.Div([everything, note, go], className="al-together")
