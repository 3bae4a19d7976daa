"""The matrix: the area in hand and its members by indicators, the lift in each cell, its colour what is left of it."""

from __future__ import annotations

from typing import Any

from dashboard import grids
from dashboard.context import Context
from dashboard.exports import Table
from dashboard.figures.numbers import count
from dashboard.pages.targets import wording
from dashboard.pages.targets.model import Area, Indicator, View
from dashboard.texts import t

GRID = "tg-matrix"
ROW_HEIGHT, HEADER_HEIGHT, MOST_HEIGHT = 30, 68, 740  # 21 cities and their province without scrolling
Row = dict[str, Any]
EXPORTED = (
    "area",
    "code",
    "indicator",
    "indicator_code",
    "line",
    "unit",
    "weight",
    "baseline",
    "target",
    "unrounded",
    "lift",
    "challenge",
    "lead",
    "floor",
    "cap",
    "lock",
    "easiest",
    "hardest",
    "state",
    "actual",
    "low",
    "high",
    "n",
    "attained",
    "score",
    "chance",
)


def columns_of(view: View, context: Context) -> list[Indicator]:
    """The chosen outcome and what carries it, or every process of the line asked for."""
    line = context.query.get("line")
    ours = [one for one in view.processes if one.line == line]
    return ours if ours else view.columns


def matrix(view: View, context: Context) -> Any:
    """The grid itself; a click on a name goes down, one on a cell shows that target's card."""
    found = columns_of(view, context)
    shown = [*([view.here] if view.here else []), *view.members]
    rows = [_row(one, view, found, context.language, here=one is view.here) for one in shown]
    made = grids.grid(
        GRID,
        _columns(found, context),
        rows,
        context.language,
        headerHeight=HEADER_HEIGHT,
        rowHeight=ROW_HEIGHT,
        rowClassRules={"tg-here": "params.data.here", "tg-at": f"params.data.code === {_text(view.at.code if view.at else '')}"},
    )
    made.style = {"height": min(HEADER_HEIGHT + ROW_HEIGHT * len(rows) + 4, MOST_HEIGHT), "width": "100%"}
    made.getRowId = "params.data.code"
    return made


def _text(code: str) -> str:
    return '"' + "".join(letter for letter in code if letter.isalnum() or letter in "-?_") + '"'


def _columns(found: list[Indicator], context: Context) -> list[Row]:
    language = context.language
    right = {"cellClass": "ag-right-aligned-cell", "headerClass": "ag-right-aligned-header", "sortable": True}
    heads = [
        {
            "field": "name",
            "headerName": t("targets.col_area", language),
            "cellRenderer": "TgName",
            "minWidth": 128,
            "pinned": "left",
        },
        {
            "field": "weight",
            "headerName": t("targets.col_weight", language),
            "cellRenderer": "TgText",
            "cellRendererParams": {"text": "weightText"},
            "minWidth": 72,
            "maxWidth": 84,
            **right,
        },
        {
            "field": "target",
            "headerName": t("targets.col_target", language),
            "cellRenderer": "TgText",
            "cellRendererParams": {"text": "targetText"},
            "minWidth": 62,
            "maxWidth": 84,
            **right,
        },
    ]
    return heads + [
        {
            "field": f"lift_{one.code}",
            "headerName": f"{one.lines[language]} · {wording.unit(one, language)}",
            "headerComponentParams": {"innerHeaderComponent": "TgHead", "innerHeaderComponentParams": _head(one, language)},
            "cellRenderer": "TgCell",
            "cellRendererParams": {"code": one.code},
            "minWidth": 84,
            "headerTooltip": one.names[language],
            "cellClass": "tg-cell-box",
            "headerClass": "ag-right-aligned-header",
        }
        for one in found
    ]


def _head(one: Indicator, language: str) -> Row:
    return {
        "line": one.lines[language] if not one.outcome else t("targets.the_one", language),
        "name": one.shorts[language],
        "unit": wording.unit(one, language),
    }


def _row(one: Area, view: View, found: list[Indicator], language: str, here: bool) -> Row:
    target = view.target(one.area_id, view.indicator)
    row: Row = {
        "code": one.code,
        "name": one.names[language],
        "here": here,
        "go": not here,
        "weight": target.weight if target else None,
        "weightText": count(target.weight, language) if target else "",
        "target": target.displayed if target else None,
        "targetText": wording.level(target.displayed, view.indicator) if target and view.indicator else "",
    }
    for indicator in found:
        row.update(_cell(one, view, indicator, language))
    return row


def _cell(one: Area, view: View, indicator: Indicator, language: str) -> Row:
    target, code = view.target(one.area_id, indicator), indicator.code
    if target is None:
        return {f"lift_{code}": None, f"cell_{code}": None}
    left = target.left(indicator.direction)
    marks = [
        mark
        for mark, on in (
            ("lock", target.lock is not None),
            ("cap", target.binding),
            ("said", target.state in ("commented", "countered")),
        )
        if on
    ]
    words = [
        wording.level(target.baseline, indicator)
        + " → "
        + wording.level(target.displayed, indicator)
        + f" {wording.unit(indicator, language)}",
        t(f"targets.state.{target.state}", language),
    ]
    if target.attained is not None:
        words.append(
            f"{t('targets.actual', language)} {wording.reading(target.attained['actual'], indicator)} · "
            f"{wording.state(target, language)}"
        )
    return {
        f"lift_{code}": target.lift(indicator.direction),
        f"cell_{code}": {
            "text": wording.difference(target.target - target.baseline, indicator),
            "shade": wording.shade(target, indicator.direction),
            "done": None if left is None else round(min(max(1 - left, 0.0), 1.0), 3),
            "marks": marks,
            "tip": "\n".join(words),
        },
    }


def export(view: View, context: Context) -> Table:
    """Every target of the area in hand and its members, with what came of it."""
    language = context.language
    shown = [*([view.here] if view.here else []), *view.members]
    rows = [
        _exported(one, view, indicator, language)
        for one in shown
        for indicator in view.indicators
        if view.target(one.area_id, indicator) is not None
    ]
    heads = [t(f"targets.as_{name}", language) for name in EXPORTED]
    return Table(t("targets.export_title", language), heads, rows)


def _exported(one: Area, view: View, indicator: Indicator, language: str) -> list[Any]:
    target = view.targets[one.area_id, indicator.indicator_id]
    row = target.attained or {}
    return [
        one.names[language],
        one.code,
        indicator.names[language],
        indicator.code,
        indicator.lines[language],
        wording.unit(indicator, language),
        target.weight,
        target.baseline,
        target.displayed,
        target.target,
        target.target - target.baseline,
        target.challenge,
        target.lead,
        target.floor,
        target.cap,
        target.lock,
        target.easiest,
        _finite(target.hardest),
        t(f"targets.state.{target.state}", language),
        row.get("actual"),
        row.get("low"),
        row.get("high"),
        row.get("n"),
        wording.state(target, language),
        row.get("score"),
        row.get("chance"),
    ]


def _finite(value: float) -> float | None:
    return value if abs(value) != float("inf") else None
