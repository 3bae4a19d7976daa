"""The drivers page's manners in the browser and its export; the page itself is drawn at every address."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from dashboard.context import ADDRESS
from dashboard.exports import register_export
from dashboard.pages.drivers import data, rows, what_if
from dashboard.pages.drivers.layout import EXPORT

NAME = "drivers"


def register(app: Dash) -> None:
    """The slider speaks and draws by itself; a mark on the map asks about its indicator; the table can be taken away."""
    register_export(app, EXPORT, NAME, lambda context: rows.export(data.load(context), context))
    app.clientside_callback(
        ClientsideFunction(NAME, "lift"),
        Output(what_if.SAID, "children"), Output(what_if.CURVE, "figure"),
        Input(what_if.SLIDER, "value"), State(what_if.FACTS, "data"), State(what_if.CURVE, "figure"), prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction(NAME, "choose"), Input("dv-map", "clickData"), Input("drivers-table", "cellClicked"),
        State(ADDRESS, "href"), prevent_initial_call=True,
    )  # fmt: skip
