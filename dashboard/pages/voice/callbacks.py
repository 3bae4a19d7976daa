"""The voice page's exports, and its charts in the other theme when that is switched."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard.address import context_from
from dashboard.context import ADDRESS, THEME
from dashboard.exports import register_export
from dashboard.pages.voice import layout, tables
from dashboard.theme import THEMES

NAME = "voice"


def register(app: Dash) -> None:
    """Hang the page on ``app``."""
    for name, made in tables.TABLES.items():
        register_export(app, f"{NAME}-{name}", NAME, made)
    app.callback(Output(layout.BODY, "children"), Input(THEME, "data"), State(ADDRESS, "href"), prevent_initial_call=True)(
        recolour
    )


def recolour(theme: Any, href: str) -> list[Any]:
    """The same page in the colours just chosen."""
    context = context_from(href)
    if context.page != NAME or theme not in THEMES:
        raise PreventUpdate
    return layout.content(replace(context, theme=theme))
