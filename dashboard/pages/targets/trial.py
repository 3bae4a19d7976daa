"""The trial: locks and caps of the members, written into a grid; what they would change is shown before anything is kept."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import grids
from dashboard.context import Context
from dashboard.figures.numbers import count
from dashboard.pages.targets import wording
from dashboard.pages.targets.model import Target, View
from dashboard.pages.targets.negotiation import ACT, FIELD
from dashboard.pages.targets.what_if import Tried, given
from dashboard.texts import t

GRID, CARRIED = ({"kind": kind, "name": "trial"} for kind in ("tg-grid", "tg-carried"))
ROW_HEIGHT, HEADER_HEIGHT, MOST_HEIGHT = 30, 36, 680
Row = dict[str, Any]


def trial(view: View, context: Context) -> html.Div:
    """The grid and the button that keeps what was tried."""
    language = context.language
    may = bool(view.plan and view.plan.open and view.rights.below)
    found = rows(view, context, None)
    made = grids.grid(
        GRID,
        _columns(view, context, may),
        found,
        language,
        headerHeight=HEADER_HEIGHT,
        rowHeight=ROW_HEIGHT,
        singleClickEdit=True,
        stopEditingWhenCellsLoseFocus=True,
    )
    made.style = {"height": min(HEADER_HEIGHT + ROW_HEIGHT * max(len(found), 2) + 4, MOST_HEIGHT), "width": "100%"}
    made.getRowId = "params.data.code"
    note = dmc.TextInput(
        id={"kind": FIELD, "name": "note"},
        placeholder=t("targets.why_changed", language),
        w=320,
        **{"aria-label": t("targets.why_changed", language)},
    )
    save = html.Button(t("targets.do.save", language), id={"kind": ACT, "do": "save", "on": ""}, className="button")
    seen = dcc.Input(id={"kind": FIELD, "name": "drawn"}, type="hidden", value=view.drawn)
    foot = html.Div([seen, note, save], className="tg-row") if may else html.P(t(_why_not(view), language), className="sub")
    hint = html.P(t("targets.trial_hint" if may else "targets.trial_read", language), className="sub")
    return html.Div([hint, made, html.Div(id=CARRIED), foot])


def _why_not(view: View) -> str:
    if view.plan is not None and view.plan.shown != view.plan.version:
        return "targets.old_version"
    return "targets.not_open" if view.plan is not None and view.plan.status != "proposed" else "targets.not_planner"


def rows(view: View, context: Context, made: Tried | None) -> list[Row]:
    """A row a member; with what was tried, its new level beside the old."""
    indicator, language = view.indicator, context.language
    found = []
    for one in view.members:
        target = view.target(one.area_id, indicator)
        if target is not None and indicator is not None:
            found.append(
                {
                    "code": one.code,
                    "name": one.names[language],
                    "weight": target.weight,
                    "weightText": count(target.weight, language),
                    "baseline": wording.level(target.baseline, indicator),
                    "target": target.displayed,
                    "targetText": wording.level(target.displayed, indicator),
                    "lock": given(target.lock),
                    "cap": given(target.cap),
                    "lock_was": given(target.lock),
                    "cap_was": given(target.cap),
                    "state": t(f"targets.state.{target.state}", language),
                    "countered": wording.level(target.countered, indicator) if target.countered is not None else "",
                    **_changed(one.area_id, target, made, view),
                }
            )
    return found


def _changed(area: int, target: Target, made: Tried | None, view: View) -> Row:
    indicator = view.indicator
    if made is None or indicator is None:
        return {"new": "", "change": "", "moved": 0}
    at = made.at(area)
    change = float(made.answer.cascade.target[at] - target.target)
    quiet = abs(change) < 0.005
    return {
        "new": wording.level(float(made.answer.shown[at]), indicator),
        "change": wording.difference(0.0 if quiet else change, indicator),
        "moved": 0 if quiet else 1 if change * indicator.direction > 0 else -1,
    }


def carried_words(view: View, made: Tried | None, language: str) -> list[Any]:
    """What the processes of the whole would be asked, where the outcome's target was changed."""
    if made is None or not made.carriers or view.plan is None:
        return []
    said = []
    for one in view.processes:
        target = view.target(view.plan.root, one)
        level = made.carriers.get(one.indicator_id)
        if target is not None and level is not None and abs(level - target.target) >= 0.005:
            said.append(
                t(
                    "targets.carried_one",
                    language,
                    name=one.shorts[language],
                    before=wording.level(target.target, one),
                    after=wording.level(level, one),
                    unit=wording.unit(one, language),
                )
            )
    words = t("targets.carried", language, lines=t("targets.semicolon", language).join(said)) if said else ""
    return [html.P(words, className="sub")] if words else []


def _columns(view: View, context: Context, may: bool) -> list[Row]:
    language = context.language

    def text(field: str, key: str, width: int, shown: str = "", **more: Any) -> Row:
        drawn = {"cellRenderer": "TgText", "cellRendererParams": {"text": shown}} if shown else {}
        return {"field": field, "headerName": t(f"targets.{key}", language), "minWidth": width, **drawn, **more}

    right = {"cellClass": "ag-right-aligned-cell", "headerClass": "ag-right-aligned-header"}
    written = {
        "editable": may,
        "cellEditor": "agTextCellEditor",
        "cellClass": "ag-right-aligned-cell" + (" tg-edit" if may else ""),
        "headerClass": "ag-right-aligned-header",
    }
    return [
        text("name", "col_area", 112, pinned="left"),
        text("weight", "col_weight", 72, "weightText", **right),
        text("baseline", "baseline", 62, **right),
        text("target", "target", 62, "targetText", **right),
        {
            "field": "lock",
            "headerName": t("targets.lock", language),
            "minWidth": 68,
            "headerTooltip": t("targets.lock_means", language),
            **written,
        },
        {
            "field": "cap",
            "headerName": t("targets.cap", language),
            "minWidth": 68,
            "headerTooltip": t("targets.cap_means", language),
            **written,
        },
        text("new", "new_target", 66, **right),
        {**text("change", "change", 60, **right), "cellRenderer": "TgChange"},
        text("countered", "countered", 66, **right),
        text("state", "line_standing", 72),
    ]
