"""The page's one callback, which does what its buttons say, and its exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.address import context_from
from dashboard.alerts import wording as say
from dashboard.context import ADDRESS, THEME, Absent, Context
from dashboard.exports import Table, register_export
from dashboard.pages.alerts import acts, listing, model, post, trials, wording
from dashboard.pages.alerts.acts import NotTaken
from dashboard.pages.alerts.fields import ACT, FIELD
from dashboard.pages.alerts.layout import PAGE_ID, SAID, content
from dashboard.texts import t
from dashboard.theme import THEMES

NAME = "alerts"
COLUMNS = ("number", "area", "code", "indicator", "rule", "severity", "state", "since", "reading", "expected", "size", "s",
           "cause", "duty", "opened", "closed")  # fmt: skip
Fields = Mapping[str, Any]
Ids = Sequence[Mapping[str, str]]


def register(app: Dash) -> None:
    """Alerts can be acted on; they and the log can be taken away."""
    register_export(app, listing.EXPORT, NAME, table)
    register_export(app, post.EXPORT, NAME, post.table)
    app.callback(
        Output(SAID, "children"), Output(PAGE_ID, "children"),
        Input({"kind": ACT, "do": ALL, "on": ALL}, "n_clicks"), Input(THEME, "data"),
        State({"kind": listing.CHOSEN, "name": ALL}, "value"), State({"kind": FIELD, "name": ALL}, "value"),
        State({"kind": FIELD, "name": ALL}, "id"), State(ADDRESS, "href"), prevent_initial_call=True,
    )(act)  # fmt: skip
    app.callback(
        Output(trials.PANEL, "children"), Input(trials.TICK, "n_intervals"), State(ADDRESS, "href"), prevent_initial_call=True
    )(look)


def look(_tick: int | None, href: str) -> Any:
    """The last trial of the rule that is shown, as it is now."""
    context = context_from(href)
    if context.page != NAME or "rule" not in context.query:
        raise PreventUpdate
    return trials.last(context, context.query["rule"])


def act(
    clicks: Sequence[int | None], theme: Any, chosen: Sequence[Any], values: Sequence[Any], ids: Ids, href: str
) -> tuple[Any, Any]:
    """Do what the pressed button says, or draw the page in the theme just chosen. Raises ``Refused`` (403)."""
    context = context_from(href)
    if context.page != NAME:
        raise PreventUpdate
    if ctx.triggered_id == THEME and theme in THEMES:
        return no_update, content(replace(context, theme=theme))
    pressed = ctx.triggered_id
    if not isinstance(pressed, Mapping) or not any(clicks):  # buttons that have only just been drawn
        raise PreventUpdate
    fields = {one["name"]: value for one, value in zip(ids, values, strict=True)}
    boxes = chosen[0] if chosen and isinstance(chosen[0], list) else []
    try:
        said = _done(context, pressed["do"], str(pressed["on"]), fields, boxes)
    except NotTaken as fault:
        return html.P(t(f"alerts.fault.{fault.args[0]}", context.language), className="ad-said fault", role="alert"), no_update
    if pressed["do"] == "try":  # what was filled in stays to be saved
        return html.P(said, className="ad-said"), no_update
    return html.P(said, className="ad-said"), content(context)


def _done(context: Context, do: str, on: str, fields: Fields, boxes: Sequence[Any]) -> str:
    """Act, and say what was done."""
    language = context.language
    match do:
        case "acknowledge":
            return t("alerts.done.acknowledge", language, count=acts.acknowledge(context, boxes, "", fields.get("note") or ""))
        case "acknowledge_one":
            done = acts.acknowledge(context, [on], fields.get("owner") or "", fields.get("one_note") or "")
            return t("alerts.done.acknowledge", language, count=done)
        case "silence":
            acts.silence(context, on, str(fields.get("scope")), str(fields.get("days")), str(fields.get("reason") or ""))
        case "task":
            owner, note = (str(fields.get(name) or "") for name in ("task_owner", "task_note"))
            acts.make_task(context, on, owner, str(fields.get("task_days")), note)
        case "lift":
            acts.lift(context, on)
        case "declare":
            acts.declare(context, fields)
        case "withdraw":
            acts.withdraw(context, on)
        case "again":
            acts.send_again(context, on)
        case "rule":
            return t("alerts.done.rule", language, version=acts.change_rule(context, on, fields))
        case "try":
            acts.try_rule(context, on, fields)
        case "mine":
            acts.prefer(context, fields)
        case _:
            raise Absent("absent.page")
    return t(f"alerts.done.{do}", language)


def table(context: Context) -> Table:
    """Every alert of the view, open or over of late."""
    language = context.language
    rows = []
    for alert in model.load(context).alerts:
        row = alert.row
        since = say.period(row, row["since"], language) if row["since"] else ""
        rows.append([
            alert.number, say.named(row, "area", language), row["area"], say.indicator(row, language),
            say.named(row, "rule", language), say.severity(row, language), say.state(row, language), since, row["value"],
            row["expected"], row["size"], row["s"], say.cause(alert, language), say.duty(row, language),
            wording.moment(row["opened_at"]), wording.moment(row["closed_at"]),
        ])  # fmt: skip
    return Table(t("alerts.list", language), [t(f"alerts.col.{name}", language) for name in COLUMNS], rows)
