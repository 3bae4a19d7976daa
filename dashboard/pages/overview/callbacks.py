"""The overview's one data callback, its browser-side manners and its exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from dashboard.address import context_from
from dashboard.context import ADDRESS, THEME, Context
from dashboard.exports import Table, register_export
from dashboard.pages.overview import asked, asked_panel, data, tables
from dashboard.pages.overview.asked_panel import ASKED, BODY, DRAWER
from dashboard.pages.overview.away import away
from dashboard.pages.overview.fill import OUTPUTS, fill
from dashboard.pages.overview.layout import MAP, MAP_DATA, MOVED_MEMBERS, RANK, RANKED, ROOT, TREND, TREND_DATA
from dashboard.pages.overview.model import View
from dashboard.pages.overview.panels import PANEL, TOGGLE
from dashboard.theme import THEMES

NAME = "overview"


def register(app: Dash) -> None:
    """Hang the page on ``app``."""
    app.callback(
        [Output(*output) for output in OUTPUTS], Input(ADDRESS, "href"), Input(THEME, "data"),
        running=[(Output(ROOT, "className"), "ov waiting", "ov")],  # what stands there is still of the former address
    )(show)  # fmt: skip
    app.callback(
        Output(DRAWER, "opened"), Output(DRAWER, "title"), Output(BODY, "children"), Input(ASKED, "data"),
        State(ADDRESS, "href"), prevent_initial_call=True,
    )(explain)  # fmt: skip
    _clientside(app)
    for name, made in tables.TABLES.items():
        register_export(app, f"{NAME}-{name}", NAME, partial(_exported, made))


def show(href: str, theme: Any) -> tuple[Any, ...]:
    """The whole view of an address, in one answer."""
    context = context_from(href)
    if context.page != NAME:
        raise PreventUpdate
    if theme in THEMES:
        context = replace(context, theme=theme)
    if not context.published:
        return (away(context), *[no_update] * (len(OUTPUTS) - 1))
    return fill(data.load(context), context)


def explain(what: Any, href: str) -> tuple[bool, str, list[Any]]:
    """One figure, asked about by its ⓘ: ``what`` holds the indicator's code and, for a row, its area's. All of it is a
    stranger's words: the area is authorised again, the files are counted by the store within the scope."""
    context = asked.context_of(what, href)
    if context.page != NAME or not isinstance(what, dict):
        raise PreventUpdate
    found = asked.load(context, what.get("indicator"))
    return True, asked_panel.title(found, context), asked_panel.content(found, context)


def _exported(made: Callable[[View, Context], Table], context: Context) -> Table:
    return tables.exported(made(data.load(context), context), context)


def _clientside(app: Dash) -> None:
    """Clicks go down by changing the address; tables and columns follow the reader without asking the server."""
    for source, prop, function in (
        (MAP, "clickData", "goMap"),
        (MOVED_MEMBERS, "clickData", "goBar"),
        (RANK, "cellClicked", "goRow"),
    ):
        state = [State(source, "rowData" if source == RANK else "figure"), State(ADDRESS, "href")]
        app.clientside_callback(ClientsideFunction(NAME, function), Input(source, prop), *state, prevent_initial_call=True)
    app.clientside_callback(
        ClientsideFunction(NAME, "columns"),
        Output(RANK, "rowData"),
        Output(RANK, "columnDefs"), Output(RANK, "dashGridOptions"), Input(RANKED, "data"), State(RANK, "dashGridOptions"),
        prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction(NAME, "map"), Output(MAP, "figure"), Input(MAP_DATA, "data"), prevent_initial_call=True
    )
    app.clientside_callback(
        ClientsideFunction(NAME, "trend"), Output(TREND, "figure"), Input(TREND_DATA, "data"), prevent_initial_call=True
    )
    app.clientside_callback(
        ClientsideFunction(NAME, "toggle"),
        Output({"kind": PANEL, "panel": MATCH}, "className"),
        Input({"kind": TOGGLE, "panel": MATCH}, "n_clicks"),
        State({"kind": PANEL, "panel": MATCH}, "className"),
        prevent_initial_call=True,
    )
