"""A panel with a heading and its exports, as list pages use it."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.context import Context
from dashboard.exports import FORMATS, export_address
from dashboard.icons import icon
from dashboard.texts import t


def panel(heading: str, sub: str, *body: Any, tools: Any = None) -> html.Section:
    """A framed part of a page."""
    head = [html.H2(heading), html.Span(sub, className="sub"), *([html.Div(tools, className="tools")] if tools else [])]
    return html.Section([html.Header(head), html.Div(list(body), className="body")], className="panel")


def downloads(context: Context, export: str, **changes: Any) -> dmc.Menu:
    """The menu that offers a table as CSV and XLSX."""
    label = t("export.as", context.language)
    items = [
        dmc.MenuItem(form.upper(), href=export_address(context, export, form, **changes), target="_self") for form in FORMATS
    ]
    button = html.Button(icon("download", 18), className="square", title=label, **{"aria-label": label})
    return dmc.Menu(
        [dmc.MenuTarget(button), dmc.MenuDropdown(items, className="menu")],
        width=112, position="bottom-end", shadow="md", transitionProps={"duration": 0},
    )  # fmt: skip
