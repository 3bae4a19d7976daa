"""The overview's frame: what stands where; the page's one callback fills it."""

from __future__ import annotations

import dash_ag_grid as dag
from dash import dcc, html

from dashboard import theme
from dashboard.context import Context
from dashboard.pages.overview.asked_panel import drawer
from dashboard.pages.overview.figures import CONFIG
from dashboard.pages.overview.panels import PANEL
from dashboard.texts import t

ROOT, SAY, CARDS = "ov", "ov-say", "ov-cards"
MAP, MAP_DATA, MAP_ASIDE, MAP_BODY = "ov-map", "ov-map-data", "ov-map-aside", "ov-map-body"
RANK, RANKED = "ov-rank", "ov-ranked"
TREND, TREND_DATA, MOVED_MEMBERS, MOVED_CUT = "ov-trend", "ov-trend-data", "ov-moved-members", "ov-moved-cut"
MEMBERS_LABEL, CUT_LABEL = "ov-moved-members-label", "ov-moved-cut-label"
ROW_HEIGHT = 22


def head_id(panel: str) -> str:
    return f"ov-{panel}-head"


def table_id(panel: str) -> str:
    return f"ov-{panel}-table"


def layout(context: Context) -> html.Div:
    """The frame in the reader's language, empty; it costs no read."""
    return html.Div(
        [
            html.Section(id=SAY, className="ov-say"),
            html.Section(id=CARDS, className="ov-cards", **{"aria-label": t("overview.cards", context.language)}),
            _panel("map", _map(context)),
            _panel("rank", _grid(context), table=False),
            _panel("trend", _graph(TREND)),
            _panel("moved", _moved()),
            dcc.Store(id=MAP_DATA),
            dcc.Store(id=RANKED),
            dcc.Store(id=TREND_DATA),
            *drawer(),
        ],
        id=ROOT,
        className="ov",
    )


def _panel(name: str, body: html.Div | dcc.Graph | dag.AgGrid, *, table: bool = True) -> html.Section:
    behind = [html.Div(id=table_id(name), className="ov-behind")] if table else []
    return html.Section(
        [html.Header(id=head_id(name)), html.Div(body, className="ov-front"), *behind],
        id={"kind": PANEL, "panel": name},
        className=f"ov-panel ov-{name}",
    )


def _map(context: Context) -> html.Div:
    """The map, a picture for the mouse; a button for the keyboard leads to the same areas in the ranking."""
    way = html.Button(t("overview.map.to_rows", context.language), className="ov-to-rows")
    return html.Div([way, _graph(MAP), html.Div(id=MAP_ASIDE, className="ov-aside")], id=MAP_BODY, className="ov-mapbody")


def _graph(name: str) -> dcc.Graph:
    blank = {"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False},
                                    "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}}  # fmt: skip
    return dcc.Graph(id=name, figure=blank, config=CONFIG, responsive=True, className="ov-graph", clear_on_unhover=True)


def _moved() -> html.Div:
    return html.Div(
        [
            html.Div([html.Div(id=MEMBERS_LABEL, className="ov-label"), _graph(MOVED_MEMBERS)], className="ov-half"),
            html.Div([html.Div(id=CUT_LABEL, className="ov-label"), _graph(MOVED_CUT)], className="ov-half"),
        ],
        className="ov-halves",
    )


def _grid(context: Context) -> dag.AgGrid:
    return dag.AgGrid(
        id=RANK,
        rowData=[],
        columnDefs=[],
        getRowId="params.data.code",
        defaultColDef={
            "sortable": True,
            "sortingOrder": ["asc", "desc", None],
            "resizable": False,
            "suppressMovable": True,
            "suppressHeaderMenuButton": True,
        },
        dashGridOptions={
            "theme": theme.grid(),
            "rowHeight": ROW_HEIGHT,
            "headerHeight": 24,
            "animateRows": False,
            "suppressColumnVirtualisation": True,
            "tabToNextCell": {"function": "false"},  # one stop for Tab; arrows move inside
            "tabToNextHeader": {"function": "false"},
            "localeText": {"noRowsToShow": t("overview.rank_panel.empty", context.language)},
        },
        className="ov-grid",
        style={"height": "100%", "width": "100%"},
    )
