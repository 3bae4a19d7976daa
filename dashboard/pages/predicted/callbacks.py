"""The page's exports, and its chart in the other theme when that is switched."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard.address import context_from
from dashboard.context import ADDRESS, THEME
from dashboard.exports import register_export
from dashboard.pages.predicted import layout, tables
from dashboard.theme import THEMES

NAME = "predicted"


def register(app: Dash) -> None:
    """Hang the page on ``app``."""
    register_export(app, layout.EXPORT, NAME, tables.customers)
    app.callback(Output(layout.BODY, "children"), Input(THEME, "data"), State(ADDRESS, "href"), prevent_initial_call=True)(
        recolour
    )


def recolour(theme: Any, href: str) -> list[Any]:
    """The same page in the colours just chosen."""
    context = context_from(href)
    if context.page != NAME or theme not in THEMES:
        raise PreventUpdate
    return layout.content(replace(context, theme=theme))
