"""The drivers page: the answer, the chain, the map beside its table, and what a change would go with."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.context import Context
from dashboard.navigation import within
from dashboard.pages.drivers import chain_figure, data, map_figure, rows, what_if, wording
from dashboard.pages.drivers.figures import CONFIG
from dashboard.pages.drivers.model import View
from dashboard.panels import downloads, panel
from dashboard.texts import t

EXPORT = "drivers-table"
MAP_HEIGHT = 460  # px


def layout(context: Context) -> html.Div:
    """The whole page for one reader."""
    if not context.published:
        return _away(context)
    view = data.load(context)
    said = [html.H1(wording.sentence(view, context)), html.P(wording.below(view, context), className="sub")]
    head = html.Header([*said, *within("predicted", context)], className="sentence")
    body = _body(view, context) if view.made else []
    return html.Div([head, _outcomes(view, context), *body], className="view dv")


def _away(context: Context) -> html.Div:
    language = context.language
    link = dcc.Link(t("drivers.to_data", language), href=context.address("data"), className="quiet button")
    said = html.H1(t("drivers.no_data", language, period=context.period.label(language)))
    return html.Div([said, html.Div(link, className="steps")], className="no-page")


def _outcomes(view: View, context: Context) -> html.Nav:
    """The outcomes one may ask about."""
    language = context.language
    links = [
        dcc.Link(one.shorts[language], href=context.address(outcome=one.code, driver=None, to=None), title=one.names[language],
                 className="on" if one is view.outcome else "")
        for one in view.outcomes
    ]  # fmt: skip
    return html.Nav(links, className="segments dv-outcomes", **{"aria-label": t("drivers.outcomes", language)})


def _body(view: View, context: Context) -> list[Any]:
    return [_chain(view, context), html.Div([_map(view, context), _table(view, context)], className="dv-pair"),
            what_if.what_if(view, context), _notes(context)]  # fmt: skip


def _chain(view: View, context: Context) -> html.Section:
    language = context.language
    title, sub = t("drivers.chain_title", language), t("drivers.chain_sub", language, other=wording.against(view, language))
    processes, perceptions = chain_figure.columns(view)
    if not processes and not perceptions:
        return panel(title, sub, html.P(t("drivers.chain_none", language), className="empty"))
    graph = dcc.Graph(figure=chain_figure.chain(view, language, context.theme), config=CONFIG, responsive=True,
                      style={"height": chain_figure.height(view)}, className="dv-chain")  # fmt: skip
    return panel(title, sub, graph, html.P(t("drivers.chain_phone", language), className="dv-phone empty"))


def _map(view: View, context: Context) -> html.Section:
    language = context.language
    title, sub = t("drivers.map_title", language), t("drivers.map_sub", language)
    if not map_figure.drawn(view):
        return panel(title, sub, html.P(t("drivers.map_none", language), className="empty"))
    graph = dcc.Graph(id="dv-map", figure=map_figure.importance_performance(view, language, context.theme), config=CONFIG,
                      responsive=True, style={"height": MAP_HEIGHT}, className="dv-map")  # fmt: skip
    keys = [html.Span([html.I(className=f"dv-shape {kind}"), t(f"drivers.kind.{kind}", language)]) for kind in map_figure.SYMBOL]
    keys.append(html.Span([html.I(className="dv-shape hollow"), t("drivers.not_proven", language)]))
    return panel(title, sub, html.P(keys, className="dv-keys"), graph)


def _table(view: View, context: Context) -> html.Section:
    language = context.language
    tools = downloads(context, EXPORT)
    return panel(t("drivers.table_title", language), t("drivers.table_sub", language), rows.grid(view, context), tools=tools)


def _notes(context: Context) -> html.Div:
    lines = [html.P(t(f"drivers.note_{name}", context.language)) for name in ("words", "evidence", "proven", "mood")]
    return html.Div(lines, className="notes")
