"""The targets page's callbacks: what is pressed, what is tried, a sheet that comes back; and its exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.address import context_from
from dashboard.context import ADDRESS, Absent, Context
from dashboard.exports import register_export
from dashboard.pages.targets import appraisal, data, exchange, layout, matrix, moves, strip, trial, what_if
from dashboard.pages.targets.model import View
from dashboard.pages.targets.negotiation import ACT, FIELD, unanswered
from dashboard.pages.targets.what_if import Wrong
from dashboard.texts import t

NAME = "targets"
TURNS = {"turn_lock": "lock", "turn_open": "open", "turn_publish": "publish"}


def every(one: Mapping[str, str]) -> dict[str, Any]:
    """All of the kind: none where the view shown has none."""
    return {**one, "name": ALL}


def register(app: Dash) -> None:
    """Hang the page on ``app``."""
    register_export(app, layout.EXPORT, NAME, lambda context: matrix.export(data.load(context), context))
    register_export(app, layout.SHEET, NAME, lambda context: exchange.sheet(data.load(context), context))
    register_export(app, layout.APPRAISAL, NAME, lambda context: appraisal.export(data.load(context), context))
    app.callback(
        Output(layout.SAID, "children"),
        Output(layout.BODY, "children"),
        Input({"kind": ACT, "do": ALL, "on": ALL}, "n_clicks"),
        State({"kind": FIELD, "name": ALL}, "value"),
        State({"kind": FIELD, "name": ALL}, "id"),
        State(every(strip.ASK), "value"),
        State(every(strip.ASK), "id"),
        State(every(trial.GRID), "rowData"),
        State(every(exchange.UPLOAD), "contents"),
        State(ADDRESS, "href"),
        prevent_initial_call=True,
    )(act)
    app.callback(
        Output(strip.RESULT, "children"),
        Output(every(trial.GRID), "rowData"),
        Output(every(trial.CARRIED), "children"),
        Input(every(strip.ASK), "value"),
        Input(every(trial.GRID), "cellValueChanged"),
        State(every(strip.ASK), "id"),
        State(every(trial.GRID), "rowData"),
        State(ADDRESS, "href"),
        prevent_initial_call=True,
    )(tried)
    app.callback(
        Output(every(exchange.FOUND), "children"),
        Input(every(exchange.UPLOAD), "contents"),
        State(ADDRESS, "href"),
        prevent_initial_call=True,
    )(brought)
    app.clientside_callback(
        ClientsideFunction(NAME, "choose"), Input(matrix.GRID, "cellClicked"), State(ADDRESS, "href"), prevent_initial_call=True
    )


def _context(href: Any) -> Context:
    context = context_from(href)
    if context.page != NAME:
        raise Absent("absent.page")
    return context


def act(
    clicks: Sequence[int | None],
    values: Sequence[Any],
    ids: Sequence[Mapping[str, str]],
    asked: Sequence[Any],
    asked_ids: Sequence[Mapping[str, str]],
    grids: Sequence[Any],
    sheets: Sequence[Any],
    href: str,
) -> tuple[Any, Any]:
    """Do what the pressed button says. Raises ``Refused`` where it is not the reader's to do (403)."""
    context = _context(href)
    pressed = ctx.triggered_id
    if not isinstance(pressed, Mapping) or not any(listed(clicks)):  # buttons that have only just been drawn
        raise PreventUpdate
    given = {
        "_rows": first(grids),
        "_sheet": first(sheets),
        **{f"_{name}": value for name, value in named(asked_ids, asked).items()},
    }
    view = data.load(context)
    try:
        said = _done(context, view, str(pressed.get("do")), str(pressed.get("on")), {**named(ids, values), **given})
    except Wrong as fault:
        words = [t(f"targets.fault.{fault.args[0]}", context.language)]
        open_ = unanswered(view, context) if fault.args[0] == "unanswered" else []
        return html.P([*words, *open_], className="ad-said fault", role="alert"), no_update
    return html.P(said, className="ad-said", role="status"), layout.content(context)


def named(ids: Any, values: Any) -> dict[str, Any]:
    """Values by the names of their fields; what is no field, as a stranger may send it, is left out."""
    return {
        str(one["name"]): value
        for one, value in zip(listed(ids), listed(values), strict=False)
        if isinstance(one, Mapping) and "name" in one
    }


def listed(values: Any) -> list[Any]:
    """A list as browsers send one for all of a kind; anything else is none."""
    return values if isinstance(values, list) else []


def first(values: Any) -> Any:
    """The only one of a kind, ``None`` where the view shown has none."""
    return next(iter(listed(values)), None)


def _done(context: Context, view: View, do: str, on: str, fields: Mapping[str, Any]) -> str:
    """Act, and say what was done."""
    language, told = context.language, {"n": ""}
    if do in TURNS:
        moves.turn(context, view, TURNS[do], fields)
    elif do == "save":
        edit = what_if.edited(view, fields.get("_asked"), fields.get("_mode"), fields["_rows"] or [])
        told["n"] = str(moves.save(context, view, edit, fields.get("note"), fields.get("drawn")))
    elif do == "apply":
        told["n"] = str(moves.apply(context, exchange.read(fields["_sheet"], view, context)))
    elif do == "propose":
        moves.propose(context, view, fields)
    elif do == "close":
        moves.close(context, view, on)
    elif do == "object":
        moves.object_to(context, view, fields)
    elif do in ("uphold", "reject"):
        moves.decide(context, "upheld" if do == "uphold" else "rejected", on, fields)
    else:
        moves.move(context, view, do, fields)
    return t(f"targets.done.{do}", language, **told)


def tried(
    asked: Sequence[Any], _edited: Any, asked_ids: Sequence[Mapping[str, str]], grids: Sequence[Any], href: str
) -> tuple[Any, list[Any], list[Any]]:
    """What another target, mode, lock or cap would make of the members; nothing is kept."""
    context, rows, given = _context(href), first(grids), named(asked_ids, asked)
    with context.read() as connection:
        view = data.read(connection, context)
        if view.indicator is None or view.plan is None or view.here is None:
            raise PreventUpdate
        try:
            edit = what_if.edited(view, given.get("asked"), given.get("mode"), rows or [])
            made = what_if.tried(connection, view, edit) if edit.any else None
        except Wrong as fault:
            words = t(f"targets.fault.{fault.args[0]}", context.language)
            return (
                html.P(words, className="ad-said fault", role="alert"),
                [no_update] * len(listed(grids)),
                [no_update] * len(listed(grids)),
            )
    if not isinstance(rows, list):
        return strip.result(view, context, made), [], []
    shown = [{**row, **_kept(row, rows)} for row in trial.rows(view, context, made)]
    return strip.result(view, context, made), [shown], [trial.carried_words(view, made, context.language)]


def _kept(row: Mapping[str, Any], rows: Sequence[Any]) -> dict[str, Any]:
    """The locks and caps that were just written, beside what stood there then."""
    mine = next((each for each in rows if isinstance(each, Mapping) and each.get("code") == row["code"]), {})
    edited = [name for name in ("lock", "cap") if mine.get(name) != mine.get(f"{name}_was")]
    return {key: mine.get(key) for name in edited for key in (name, f"{name}_was")}


def brought(contents: Sequence[Any], href: str) -> list[Any]:
    """What a returned sheet asks for; nothing is kept."""
    context = _context(href)
    if first(contents) is None:
        raise PreventUpdate
    view = data.load(context)
    try:
        return [exchange.found(exchange.read(first(contents), view, context), context.language)]
    except Wrong as fault:
        return [html.P(t(f"targets.fault.{fault.args[0]}", context.language), className="ad-said fault", role="alert")]
