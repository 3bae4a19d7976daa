"""Short tables in plain HTML: columns where there is room, one card a row on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import html

from dashboard.texts import t


def table(kind: str, names: Sequence[str], rows: Iterable[html.Tr], language: str) -> html.Table:
    """A table with the columns ``names``, each a text of the page; ``kind`` names its style."""
    head = html.Tr([html.Th(t(f"data.{name}", language), scope="col") for name in names])
    return html.Table([html.Thead(head), html.Tbody(list(rows))], className=f"dt-table dt-{kind}")


def row(names: Sequence[str], cells: Mapping[str, Any], language: str, mark: str = "") -> html.Tr:
    """A row; each cell says which column it is of, for who sees no heading."""
    return html.Tr([_cell(name, cells[name], language) for name in names], className=mark)


def _cell(name: str, content: Any, language: str) -> html.Td:
    label: dict[str, Any] = {"data-label": t(f"data.{name}", language)}
    return html.Td(content, className=f"c-{name}", **label)
