"""Catchball on the page: where the plan stands, the moves at the target in hand, and the buttons the reader's side has."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

import sql
from dashboard.context import ZONE, Context
from dashboard.icons import icon
from dashboard.pages.targets import wording
from dashboard.pages.targets.model import Row, View
from dashboard.panels import panel
from dashboard.texts import t
from etl.domain.catchball import Rule, moves

ACT, FIELD = "tg-act", "tg-field"
ORDER = ("proposed", "commented", "countered", "agreed", "locked", "published")
MAIN = ("agree", "accept", "counter")  # buttons that stand out
MOST_OPEN = 6  # unanswered counter-proposals that are named
TURNS = {"proposed": ("lock",), "locked": ("publish", "open")}


def negotiation(view: View, context: Context) -> html.Section | None:
    """The moves at one area's target and what may be done there."""
    target = view.target(view.at.area_id if view.at else None, view.indicator)
    if view.plan is None or view.indicator is None or view.at is None or target is None:
        return None
    language = context.language
    title = t("targets.talk_title", language, area=view.at.names[language], outcome=view.indicator.shorts[language])
    negotiated = view.plan.status == "proposed"
    sub = t(f"targets.state.{target.state}" if negotiated else f"targets.status.{view.plan.status}", language)
    if target.countered is not None:
        sub += f" · {t('targets.countered', language)} {wording.level(target.countered, view.indicator)}"
    form = _form(view, context, moves(target.state, view.rights.sides)) if view.plan.open else []
    steps = [_step(row, view, language) for row in view.steps]
    none = html.P(t("targets.no_moves", language), className="empty")
    return panel(title, sub, *form, html.Ol(steps, className="tg-steps") if steps else none)


def _form(view: View, context: Context, rules: list[Rule]) -> list[Any]:
    language = context.language
    if not rules:
        return [html.P(t("targets.no_side", language), className="sub")]
    note = dmc.Textarea(
        id={"kind": FIELD, "name": "words"},
        placeholder=t("targets.words", language),
        autosize=True,
        minRows=1,
        maxRows=5,
        className="tg-words",
        **{"aria-label": t("targets.words", language)},
    )
    fields: list[Any] = [note]
    if any(rule.value for rule in rules) and view.indicator is not None:
        fields.append(
            dmc.NumberInput(
                id={"kind": FIELD, "name": "value"},
                placeholder=t("targets.counter_level", language),
                decimalScale=2,
                w=150,
                suffix=f" {wording.unit(view.indicator, language)}",
                **{"aria-label": t("targets.counter_level", language)},
            )
        )
    buttons = [
        html.Button(
            t(f"targets.do.{rule.action}", language),
            id={"kind": ACT, "do": rule.action, "on": ""},
            className="button" if rule.action in MAIN else "quiet button",
            title=t(f"targets.means.{rule.action}", language),
        )
        for rule in rules
    ]
    seen = dcc.Input(id={"kind": FIELD, "name": "standing"}, type="hidden", value=view.standing)
    return [seen, html.Div(fields, className="tg-row"), html.Div(buttons, className="tg-row")]


def _step(row: Row, view: View, language: str) -> html.Li:
    when = row["at"].astimezone(ZONE).strftime("%m-%d %H:%M")
    words = t(f"targets.moved.{row['action']}", language)
    if row["value"] is not None and view.indicator is not None:
        words += f" {wording.level(row['value'], view.indicator)}"
    who = t("targets.by", language, who=row["by"], side=t(f"targets.side.{row['side']}", language))
    return html.Li([html.Time(when), html.B(words), html.Span(who), *([html.Q(row["note"])] if row["note"] else [])])


def unanswered(view: View, context: Context) -> list[Any]:
    """The counter-proposals that keep a plan from being locked, each a way to its answer; the highest areas first."""
    if view.plan is None:
        return []
    with context.read() as connection:
        rows = sql.rows(connection, "dashboard/plan_unanswered", plan=view.plan.plan_id, most=MOST_OPEN)
    return [
        dcc.Link(
            f" {row[f'name_{context.language}']} · {row[f'short_{context.language}']}",
            href=context.address(area=row["above"], at=row["code"], outcome=row["indicator"], view=None, line=None),
        )
        for row in rows
    ]


def progress_bar(view: View, context: Context) -> html.Div:
    """The six steps of the plan, how many members have come how far, and the buttons for the whole."""
    language, plan = context.language, view.plan
    assert plan is not None  # noqa: S101  the layout has looked
    rows = [target for one in view.members if (target := view.target(one.area_id, view.indicator)) is not None]
    counts = {state: sum(one.state == state for one in rows) for state in ORDER}
    reached = {"proposed": 0, "locked": 4, "published": 5, "superseded": 5}.get(plan.status, 0)
    if plan.status == "proposed":
        reached = max([0, *(ORDER.index(one.state) for one in rows if one.state in ORDER[:4])])
    items = [_stage(state, at, reached, counts, len(rows), view, language) for at, state in enumerate(ORDER)]
    turns = TURNS.get(plan.status, ()) if view.rights.whole and plan.shown == plan.version else ()
    buttons = [
        html.Button(
            t(f"targets.do.turn_{what}", language),
            id={"kind": ACT, "do": f"turn_{what}", "on": ""},
            className="quiet button" if what == "open" else "button",
        )
        for what in turns
    ]
    return html.Div([html.Ol(items, className="tg-stages"), html.Div(buttons, className="tg-row")], className="panel tg-progress")


def _stage(state: str, at: int, reached: int, counts: dict[str, int], members: int, view: View, language: str) -> html.Li:
    look = "done" if at < reached or (at == reached and at in (4, 5)) else "now" if at == reached else ""
    plan = view.plan
    said = ""
    if at in (1, 2, 3) and look == "done" and plan is not None and plan.status == "proposed" and not counts[state]:
        look = ""  # nobody stands there
    if at in (1, 2, 3) and members:
        said = t("targets.of_members", language, n=counts[state], all=members)
    if at == 0 and plan is not None:
        said = plan.made_by
    if at == 5 and plan is not None and plan.published_at is not None:
        said = plan.published_at.astimezone(ZONE).strftime("%Y-%m-%d")
    mark = icon("check", 14) if look == "done" else html.I()
    return html.Li([mark, html.Span([html.B(t(f"targets.stage.{state}", language)), html.Small(said)])], className=look)
