"""What the page's buttons do, what is under way, and the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.address import context_from
from dashboard.context import ADDRESS, Absent, Context, Refused
from dashboard.pages.reports import data, layout, routes
from dashboard.pages.reports.parts import ACT, FIELD
from dashboard.pages.reports.subscribe import CADENCES, NotTaken, addresses_of
from dashboard.texts import LANGUAGES, t

NAME = "reports"
INSUFFICIENT_PRIVILEGE = "42501"
Fields = Mapping[str, str]


def register(app: Dash) -> None:
    """Hang the page on ``app``."""
    routes.install(app.server)
    app.callback(
        Output(layout.SAID, "children"), Output(layout.PAGE_ID, "children", allow_duplicate=True),
        Output(layout.TICK, "disabled", allow_duplicate=True),
        Input({"kind": ACT, "do": ALL, "on": ALL}, "n_clicks"), State({"kind": FIELD, "name": ALL}, "value"),
        State({"kind": FIELD, "name": ALL}, "id"), State(ADDRESS, "href"), prevent_initial_call=True,
    )(act)  # fmt: skip
    app.callback(
        Output(layout.PAGE_ID, "children"), Output(layout.TICK, "disabled"), Input(layout.TICK, "n_intervals"),
        State(ADDRESS, "href"), prevent_initial_call=True,
    )(follow)  # fmt: skip
    app.callback(
        Output(layout.GRID, "rowData"), Input(layout.SEARCH, "value"), State(ADDRESS, "href"), prevent_initial_call=True
    )(search)


def act(clicks: Sequence[int | None], values: Sequence[Any], ids: Sequence[Mapping[str, str]], href: str) -> tuple[Any, Any, Any]:
    """Do what the pressed button says."""
    context, pressed = _here(href), ctx.triggered_id
    if not pressed or not any(clicks):  # buttons that have only just been drawn
        raise PreventUpdate
    fields = {one["name"]: value if isinstance(value, str) else "" for one, value in zip(ids, values, strict=True)}
    try:
        said = _done(context, pressed["do"], str(pressed["on"]), fields)
    except NotTaken as fault:
        return _said(context, f"fault.{fault.args[0]}", fault=True), no_update, no_update
    view = data.load(context, LANGUAGES)
    return _said(context, said), layout.content(context, view), not view.waiting


def _done(context: Context, do: str, on: str, fields: Fields) -> str:
    """Act; the key of what is said. Raises :class:`Refused` where the store refuses."""
    try:
        match do:
            case "ask" if on in LANGUAGES:
                if data.ask(context, on) is None:
                    raise NotTaken("busy")
                return "done.ask"
            case "subscribe":
                return _subscribed(context, fields)
            case "unsubscribe" if on.isascii() and on.isdecimal() and int(on) <= data.MOST_NUMBER:
                return "done.unsubscribe" if data.unsubscribe(context, int(on)) else "done.ended"
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) == INSUFFICIENT_PRIVILEGE:
            raise Refused("refused.area") from None
        raise
    raise Absent("absent.page")


def _subscribed(context: Context, fields: Fields) -> str:
    cadence, language = fields.get("cadence", ""), fields.get("language", "")
    if cadence not in CADENCES or language not in LANGUAGES:
        raise Absent("absent.page")
    made = data.subscribe(context, cadence, language, addresses_of(fields.get("addresses", "")) or None)
    return "done.subscribe" if made else "done.subscribed"


def follow(_tick: int | None, href: str) -> tuple[Any, Any]:
    """The page as it is now, once nothing of the reader's is under way any more."""
    context = _here(href)
    with context.read() as connection:
        waiting = any(one["state"] in data.OPEN for one in data.asked(connection))
    if waiting:
        return no_update, False
    return layout.content(context, data.load(context, LANGUAGES)), True


def search(words: Any, href: str) -> list[dict[str, Any]]:
    """The kept reports the words are found in."""
    context = _here(href)
    with context.read() as connection:
        return layout.rows(context, data.listed(connection, context, words if isinstance(words, str) else None))


def _here(href: str) -> Context:
    context = context_from(href)
    if context.page != NAME:
        raise Absent("absent.page")
    return context


def _said(context: Context, key: str, *, fault: bool = False) -> html.P:
    more = {"className": "ad-said fault", "role": "alert"} if fault else {"className": "ad-said"}
    return html.P(t(f"reports.{key}", context.language), **more)
