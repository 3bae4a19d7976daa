"""The targets page: sentence, strip, matrix beside the card, negotiation, and the plan's progress."""

from __future__ import annotations

from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.context import Context
from dashboard.icons import icon
from dashboard.pages.targets import appraisal, data, exchange, matrix, trial, versions, wording
from dashboard.pages.targets.card_panel import card_panel
from dashboard.pages.targets.model import Plan, View
from dashboard.pages.targets.negotiation import ACT, FIELD, negotiation, progress_bar
from dashboard.pages.targets.strip import strip
from dashboard.panels import downloads, panel
from dashboard.texts import t
from etl.domain.cascade import Mode
from etl.domain.period import containing

BODY, SAID = "tg-body", "tg-said"
EXPORT, SHEET, APPRAISAL = "targets", "targets-sheet", "targets-appraisal"
VIEWS = ("matrix", "trial", "versions", "appraisal", "exchange")


def layout(context: Context) -> html.Div:
    """The whole page for one reader."""
    return html.Div([html.Div(id=SAID, **{"aria-live": "polite"}), html.Div(content(context), id=BODY)], className="view tg")


def content(context: Context) -> list[Any]:
    """Everything below the line that says what was done."""
    view = data.load(context)
    head = html.Header([_title(wording.sentence(view, context)), _plans(view, context)], className="sentence")
    if view.plan is None:
        return [head, *_proposal(view, context)]
    if view.target(view.here.area_id if view.here else None, view.indicator) is None:
        return [head]
    left = html.Div([_main(view, context), *_talk(view, context)], className="tg-column")
    return [
        head,
        _outcomes(view, context),
        strip(view, context),
        html.Div([left, card_panel(view, context)], className="tg-pair"),
        progress_bar(view, context),
        *_proposal(view, context),
        _notes(context),
    ]


def _title(words: str) -> html.H1:
    return html.H1([html.B(part) if at % 2 else part for at, part in enumerate(words.split("**")) if part])


def _plans(view: View, context: Context) -> html.P:
    """Which plan is shown, in which version, and the others."""
    language = context.language
    if view.plan is None:
        return html.P("", className="sub")
    items = [
        dmc.MenuItem(
            _named(one, language),
            href=context.address(plan=one.plan_id, version=None, against=None),
            refresh=False,
            className="current" if one.plan_id == view.plan.plan_id else None,
        )
        for one in view.plans
    ]
    button = html.Button([_named(view.plan, language), icon("chevron", 14)], className="tg-plan")
    menu = dmc.Menu(
        [dmc.MenuTarget(button), dmc.MenuDropdown(html.Div(items, className="menu-list"), className="menu")],
        width=300,
        position="bottom-start",
        shadow="md",
        transitionProps={"duration": 0},
    )
    base = t("targets.based_on", language, base=view.plan.base.label(language), version=view.plan.shown)
    return html.P([menu, html.Span(base)], className="sub tg-plans")


def _named(plan: Plan, language: str) -> str:
    return t(
        "targets.plan_named",
        language,
        period=plan.period.label(language),
        n=plan.plan_id,
        status=t(f"targets.status.{plan.status}", language),
    )


def _outcomes(view: View, context: Context) -> html.Nav:
    """The outcomes, one of which is the 1; of a line owner the own processes."""
    seen = [one for one in view.indicators if view.target(view.here.area_id if view.here else None, one) is not None]
    first = [one for one in seen if one.outcome] or seen
    shown = first if view.indicator in first or view.indicator is None else [*first, view.indicator]
    links = [
        dcc.Link(
            one.shorts[context.language],
            href=context.address(outcome=one.code),
            className="on" if one is view.indicator else None,
        )
        for one in shown
    ]
    return html.Nav(links, className="segments tg-outcomes", **{"aria-label": t("targets.outcomes", context.language)})


def _main(view: View, context: Context) -> html.Section:
    """The matrix, the trial, versions, the sheet or the exchange, as the address says."""
    language = context.language
    chosen = context.query.get("view") if context.query.get("view") in VIEWS else VIEWS[0]
    links = [
        dcc.Link(
            t(f"targets.view.{name}", language),
            href=context.address(view=name if name != VIEWS[0] else None),
            className="on" if name == chosen else None,
        )
        for name in VIEWS
        if name != "appraisal" or (view.plan and view.plan.status in ("published", "superseded"))
    ]
    words = t("targets.do.print", language)
    paper = html.Button(words, className="quiet", title=words, **{"data-print": "page"})
    tools = [html.Span(links, className="segments"), paper, _downloads(chosen, context)]
    body = {
        "matrix": _matrix,
        "trial": trial.trial,
        "versions": versions.versions,
        "appraisal": appraisal.appraisal,
        "exchange": exchange.exchange,
    }[str(chosen)](view, context)
    return panel(t(f"targets.view.{chosen}", language), t(f"targets.sub.{chosen}", language), body, tools=tools)


def _downloads(chosen: str | None, context: Context) -> Any:
    return downloads(context, APPRAISAL if chosen == "appraisal" else EXPORT)


def _matrix(view: View, context: Context) -> html.Div:
    language = context.language
    keys = [
        html.Span([html.I(className=f"tg-key {shade}"), t(f"targets.left.{shade}", language)])
        for shade in ("p2", "p1", "z0", "n1", "n2", "n3")
    ]
    marks = [
        html.Span([html.I(className=f"tg-i {mark}"), t(f"targets.mark.{mark}", language)]) for mark in ("lock", "cap", "said")
    ]
    here = view.here.area_id if view.here else None
    lines = {one.line: one.lines[language] for one in view.processes if view.target(here, one) is not None}
    links = [
        dcc.Link(
            t("targets.by_outcome", language),
            href=context.address(line=None),
            className=None if context.query.get("line") in lines else "on",
        )
    ]
    links += [
        dcc.Link(name, href=context.address(line=line), className="on" if context.query.get("line") == line else None)
        for line, name in lines.items()
    ]
    head = html.Div(html.Nav(links, className="segments", **{"aria-label": t("targets.lines", language)}), className="tg-row")
    shown = keys if view.judged else []
    return html.Div([head, matrix.matrix(view, context), html.P([*shown, *marks], className="tg-keys")])


def _talk(view: View, context: Context) -> list[Any]:
    found = negotiation(view, context)
    return [found] if found is not None else []


def _proposal(view: View, context: Context) -> list[Any]:
    """The form by which the planner of a whole tree asks for a new plan."""
    language = context.language
    if not view.rights.whole or context.publication is None:
        return []
    button = html.Button(t("targets.do.propose", language), id={"kind": ACT, "do": "propose", "on": ""}, className="button")
    fields = html.Div([*_proposal_fields(context.publication.data_to, language), button], className="tg-row tg-fields")
    parts = [html.Summary(t("targets.new_title", language)), html.P(t("targets.new_sub", language), className="sub"), fields]
    return [html.Details(parts, open=view.plan is None, className="panel tg-new")]


def _proposal_fields(day: date, language: str) -> list[Any]:
    """Period, lift, challenge and mode."""
    periods = [at.shift(ahead) for at in (containing("y", day), containing("q", day)) for ahead in (0, 1)]
    years = [{"value": one.code(), "label": one.label(language)} for one in periods]
    modes = [{"value": str(mode), "label": t(f"targets.mode.{mode}", language)} for mode in Mode]

    def field(name: str, label: str) -> dict[str, Any]:
        return {"id": {"kind": FIELD, "name": name}, "label": t(f"targets.{label}", language), "w": 150}

    return [
        dmc.Select(**field("period", "new_period"), value=periods[0].code(), data=years),
        dmc.NumberInput(**field("lift", "new_lift"), value=1.0, step=0.1, decimalScale=2),
        dmc.NumberInput(**field("challenge", "new_challenge"), step=0.1, decimalScale=2, min=0),
        dmc.Select(**field("mode", "mode_of"), value=str(Mode.GAP), data=modes),
    ]


def _notes(context: Context) -> html.Div:
    lines = [html.P(t(f"targets.note_{name}", context.language)) for name in ("split", "season", "proven", "score")]
    return html.Div(lines, className="notes")
