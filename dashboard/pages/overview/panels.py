"""A panel's head (title, note, tools), the table behind a chart, and the explanation behind its ⓘ."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.context import Context
from dashboard.exports import Table, export_address
from dashboard.figures.numbers import plain
from dashboard.pages.overview import restated, wording
from dashboard.pages.overview.model import View
from dashboard.pages.overview.tables import cell_text
from dashboard.texts import t

TOGGLE, PANEL = "ov-toggle", "ov-panel"


def head(title: Any, note: Any, key: list, tools: html.Span) -> list:
    """Title, quiet note, notation key and tools, in this order."""
    return [html.H2(title), html.Span(note, className="ov-sub"), html.Span(key, className="ov-key"), tools]


def tools(panel: str, export: str, view: View, context: Context, *, table: bool = True) -> html.Span:
    """Table toggle, export menu and ⓘ of one panel."""
    language = context.language
    label = t("overview.tool.table", language)
    toggle = html.Button(className="ov-tool i-table", id={"kind": TOGGLE, "panel": panel}, title=label, **{"aria-label": label})
    return html.Span(
        [*([toggle] if table else []), _export(export, context), _explain(panel, view, context)], className="ov-tools"
    )


def _export(name: str, context: Context) -> dmc.Menu:
    language = context.language
    label = t("overview.tool.export", language)
    items = [
        dmc.MenuItem(t(f"overview.tool.{form}", language), href=export_address(context, f"overview-{name}", form), refresh=True)
        for form in ("csv", "xlsx")
    ]
    button = html.Button(className="ov-tool i-download", title=label, **{"aria-label": label})
    return dmc.Menu([dmc.MenuTarget(button), dmc.MenuDropdown(items)], position="bottom-end", shadow="sm")


def _explain(panel: str, view: View, context: Context) -> dmc.Popover:
    label = t("overview.tool.explain", context.language)
    button = html.Button(className="ov-tool i-info", title=label, **{"aria-label": label})
    rows = [html.Div([html.Dt(name), html.Dd(text)]) for name, text in explanation(panel, view, context)]
    return dmc.Popover(
        [dmc.PopoverTarget(button), dmc.PopoverDropdown(html.Dl(rows, className="ov-explain"))],
        position="bottom-end", width=360, shadow="sm",
    )  # fmt: skip


def explanation(panel: str, view: View, context: Context) -> list[tuple[str, Any]]:
    """What a figure rests on: definition, base, interval, window, comparison, transform, publication, owner."""
    language, reading, compared = context.language, view.card.reading, view.comparison

    def said(key: str, **values: Any) -> str:
        return t(f"overview.explain.{key}", language, **values)

    rows: list[tuple[str, Any]] = [(said("reading"), said(panel))]
    if panel != "process":
        rows.append((said("definition"), f"{view.outcome.names[language]}: {view.outcome.definitions[language]}"))
        if reading and reading.shown:
            rows.append((said("base"), said("base_value", n=plain(reading.n, 0), n_eff=plain(reading.n_eff, 0))))
            rows.append((said("interval"), wording.interval(reading, language)))
    first = compared.period.shift(1 - reading.window).start if reading else compared.period.start
    rows.append((said("window"), said("window_value", first=first, last=compared.now[1])))
    rows.append((said("comparison"), said("comparison_value", before_first=compared.previous[0], before_last=compared.previous[1],
                                          year_first=compared.last_year[0], year_last=compared.last_year[1])))  # fmt: skip
    if panel != "process":
        rows.append((said("transform"), said("transform_value")))
        owner = said("owner_value", line=view.outcome.lines[language], review=view.outcome.review_due)
        rows.append((said("owner"), owner))
    else:
        rows.append((said("definition"), said("process_definition")))
    return [*rows, *restated.explanation(view.reorganised, context), (said("publication"), wording.publication(context))]


def as_table(table: Table) -> html.Table:
    """A small plain table; numbers stand to the right."""
    head_row = html.Thead(html.Tr([html.Th(column) for column in table.columns]))
    body = [
        html.Tr([html.Td(cell_text(value), className="" if isinstance(value, str) else "r") for value in row])
        for row in table.rows
    ]
    return html.Table([head_row, html.Tbody(body)], className="ov-table")
