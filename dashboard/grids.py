"""AG Grid as every page of lists uses it: one theme, one line height, words in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag

from dashboard import theme
from dashboard.texts import t

ROW_HEIGHT, HEADER_HEIGHT, MOST_HEIGHT = 32, 32, 520
NUMBER = {"type": "rightAligned", "valueFormatter": {"function": "params.value == null ? '' : params.value.toLocaleString('en')"}}
PAGE_ROWS = 100


def text(field: str, heading: str, **more: Any) -> dict[str, Any]:
    """A column of words."""
    return {"field": field, "headerName": heading, "tooltipField": field, "minWidth": 104, **more}


def number(field: str, heading: str, **more: Any) -> dict[str, Any]:
    """A column of counts, thousands separated."""
    return {"field": field, "headerName": heading, **NUMBER, "width": 104, **more}


def grid(
    name: str, columns: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]], language: str, **options: Any
) -> dag.AgGrid:
    """A grid with ``rows``; as high as its rows need, up to :data:`MOST_HEIGHT`, then it scrolls."""
    height = min(HEADER_HEIGHT + ROW_HEIGHT * max(len(rows), 2) + 4, MOST_HEIGHT)
    return dag.AgGrid(
        id=name, columnDefs=list(columns), rowData=list(rows), columnSize="responsiveSizeToFit",
        defaultColDef={"resizable": True, "sortable": True, "suppressMovable": True, "minWidth": 72},
        dashGridOptions={
            "theme": theme.grid(), "rowHeight": ROW_HEIGHT, "headerHeight": HEADER_HEIGHT, "suppressCellFocus": False,
            "enableCellTextSelection": True, "ensureDomOrder": True, "tooltipShowDelay": 300,
            "localeText": {"noRowsToShow": t("grid.empty", language)}, "animateRows": False, **options,
        },
        style={"height": height, "width": "100%"},
    )  # fmt: skip
