"""The one grid of the page: members ranked with whiskers and change bars, or the process and perception indicators."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from dashboard.context import Context
from dashboard.figures.numbers import arrow, count, plain, signed
from dashboard.pages.overview import wording
from dashboard.pages.overview.model import Member, ProcessRow, View
from dashboard.texts import t

Row = dict[str, Any]
Column = dict[str, Any]
NAME_WIDTH = {"zh": 84, "en": 124}  # px
STATE_WIDTH = {False: 112, True: 172}  # px, without and with the window's words
TICK_STEPS = (1, 2, 5, 10, 20, 25)
TICKS_AT_MOST = 5


def member_rows(view: View, language: str) -> list[Row]:
    """A row a member; what may not be shown is not sent."""
    kind = view.members_period.kind
    return [_member(member, kind, language) for member in view.members if member.open]


def _member(member: Member, kind: str, language: str) -> Row:
    reading = member.reading if member.reading and member.reading.shown else None
    change, state = member.change, wording.member_state(member)
    return {
        "code": member.key,
        "go": bool(member.names),
        "ask": bool(member.names),
        "name": wording.member_name(member, language),
        "hint": _hint(member, kind, language),
        "window": wording.longer(reading, kind, language),
        "rank": member.rank,
        "rankText": wording.ranks(member),
        "value": _r(reading and reading.value),
        "low": _r(reading and reading.low),
        "high": _r(reading and reading.high),
        "n": member.reading.n if member.reading else None,
        "nText": wording.base(member.reading, language),
        "valueText": plain(reading and reading.value),
        "change": _r(change and change.value),
        "changeText": f"{arrow(change.value)}{signed(change.value)}" if change else "—",
        "proven": wording.proven(reading, change),
        "gap": _r(member.gap),
        "gapText": signed(member.gap),
        "state": state,
        "stateText": wording.member_words(member, kind, language),
        "few": not (reading and reading.ranked),
        "alerts": member.alerts,
        "alertsText": str(member.alerts) if member.alerts else "",
    }


def _hint(member: Member, kind: str, language: str) -> str:
    """Name, interval, bases and window of a row, for who points at its name."""
    name, reading = wording.member_name(member, language), member.reading
    if not reading or not reading.shown:
        return name
    base = t("overview.explain.base_value", language, n=plain(reading.n, 0), n_eff=plain(reading.n_eff, 0))
    interval = f"{t('overview.interval', language)} {plain(reading.low)} ~ {plain(reading.high)}"
    return f"{name}  {plain(reading.value)}\n{interval}\n{base} · {wording.window(kind, reading.window, language)}"


def _lengthened(view: View) -> bool:
    return any(member.reading and member.reading.window > 1 for member in view.members)


def _r(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def member_columns(view: View, context: Context, rows: Sequence[Row]) -> list[Column]:
    """Columns in order; ``phone`` marks those a phone keeps, ``drops`` the order in which others make room for the rest."""
    language, mean = context.language, view.card.reading
    low, high = axis_range([row for row in rows if row["value"] is not None])
    scale = {"low": low, "high": high, "mean": _r(mean.value) if mean and mean.shown and not view.leaf else None}
    widest = max((abs(row["change"]) for row in rows if row["change"] is not None), default=1.0)
    heading = t("overview.kind", language) if view.leaf else wording.title(wording.below(context, 1))
    columns = [
        {**_number("rank", t("overview.rank", language), 60, "rankText", quiet=True), "drops": 2},
        _column("name", heading, 0, "OvName", flex=3, minWidth=150 if view.leaf else NAME_WIDTH[language], phone=True),
        _number("value", t("overview.value", language), 62, "valueText", strong=True, phone=True),
        _whisker(scale),
        {**_number("n", t("overview.n", language), 62, "nText", quiet=True), "drops": 4},
        {**_number("change", t("overview.change", language), 64, phone=True), "cellRenderer": "OvChange"},
        _column(
            "proven",
            t("overview.drawn", language),
            88,
            "OvBar",
            headerClass="ov-g-unsaid",
            sortable=False,
            cellRendererParams={"widest": widest},
            drops=1,
        ),
        {**_number("gap", t("overview.gap", language), 62, "gapText"), "drops": 3},
        _column("state", t("overview.state", language), STATE_WIDTH[_lengthened(view)], "OvState", drops=5),
        {**_number("alerts", t("overview.watched.alerts", language), 56, "alertsText", strong=True), "drops": 2},
        *([] if view.leaf else [_ask(language, view.outcome.code)]),
    ]
    empty = {"change", "proven"} if all(row["change"] is None for row in rows) else set()
    unranked = {"rank"} if view.leaf or all(row["rank"] is None for row in rows) else set()
    calm = set() if any(row["alerts"] for row in rows) else {"alerts"}
    return [column for column in columns if column["field"] not in empty | unranked | calm]


def _column(field: str, heading: str, width: int, renderer: str | None = None, **more: Any) -> Column:
    """One column of the grid; ``width`` 0 leaves it to ``flex``."""
    sized = {"width": width} if width else {}
    drawn = {"cellRenderer": renderer} if renderer else {}
    return {"field": field, "headerName": heading, **sized, **drawn, **more}


def _ask(language: str, indicator: str = "") -> Column:
    """The ⓘ of each row: about ``indicator`` in the row's area, or about the row's own indicator."""
    words = t("overview.asked.column", language)
    params = {"cellRendererParams": {"indicator": indicator, "words": words}}
    classes = {"headerClass": "ov-g-unsaid", "cellClass": "ov-g-askcell"}
    return _column("ask", words, 34, "OvAsk", sortable=False, phone=True, **classes, **params)


def _number(
    field: str, heading: str, width: int, text: str = "", *, strong: bool = False, quiet: bool = False, phone: bool = False
) -> Column:
    """A column sorted by its number and read as its text, to the right."""
    column = _column(field, heading, width, "OvText" if text else None, headerClass="ag-right-aligned-header", phone=phone)
    params = {"cellRendererParams": {"text": text, "strong": strong}} if text else {}
    return {**column, **params, "cellClass": "ag-right-aligned-cell" + (" ov-g-dim" if quiet else "")}


def _whisker(scale: Row) -> Column:
    marks = {**scale, "ticks": ticks(scale["low"], scale["high"])}
    return _column(
        "low", "", 0, "OvWhisker", flex=5, minWidth=110, sortable=False, phone=True,
        cellRendererParams=scale, headerComponent="OvAxis", headerComponentParams=marks,
    )  # fmt: skip


def axis_range(rows: Sequence[Row]) -> tuple[float, float]:
    """Whole numbers around the values; long intervals are cut at the edge so that short ones stay readable."""
    if not rows:
        return 0.0, 100.0
    values = [row["value"] for row in rows]
    room = max(max(values) - min(values), 4.0) * 0.5
    low = max(min(row["low"] for row in rows), min(values) - room)
    high = min(max(row["high"] for row in rows), max(values) + room)
    return float(math.floor(low)), float(math.ceil(high))


def ticks(low: float, high: float) -> list[int]:
    """Round numbers inside the axis, five at most."""
    for step in TICK_STEPS:
        inside = list(range(math.ceil(low / step) * step, math.floor(high) + 1, step))
        if len(inside) <= TICKS_AT_MOST:
            return inside
    return [round(low), round(high)]


def process_rows(view: View, language: str) -> list[Row]:
    """A row an indicator: process and complaint readings first, then perceptions."""
    return [_process(row, view.comparison.period.kind, language) for row in view.process]


def _process(row: ProcessRow, kind: str, language: str) -> Row:
    indicator = row.indicator
    better = (row.proven if row.tested else _sign(row.change, indicator.decimals)) * indicator.direction
    return {
        "code": indicator.code,
        "go": False,
        "ask": True,
        "name": indicator.names[language],
        "hint": indicator.definitions[language],
        "window": wording.longer(row.reading, kind, language),
        "line": indicator.lines[language],
        "value": row.value,
        "unit": wording.unit_name(indicator.unit, language),
        "n": row.n,
        "nText": count(row.n, language),
        "valueText": plain(row.value, indicator.decimals),
        "few": row.value is None,
        "kind": t(f"overview.kinds.{indicator.kind}", language),
        "interval": f"{plain(row.low, indicator.decimals)} ~ {plain(row.high, indicator.decimals)}"
        if row.low is not None
        else "",
        "change": row.change,
        "changeText": _moved(row.change, indicator.decimals),
        "year": row.change_year,
        "yearText": _moved(row.change_year, indicator.decimals),
        "proven": row.proven * indicator.direction,
        "judged": better,
        "better": t(f"overview.better.{better if better or not row.tested else 'unproven'}", language)
        if row.change is not None
        else "",
    }


def _sign(change: float | None, decimals: int) -> int:
    """Which way a reading went, to the digit shown: what reads as 0.0 is neither better nor worse."""
    shown = round(change or 0.0, decimals)
    return 0 if not shown else 1 if shown > 0 else -1


def _moved(change: float | None, decimals: int) -> str:
    return signed(change, decimals) if change is not None else "—"


def process_columns(context: Context) -> list[Column]:
    """Columns of the process and perception indicators."""
    names = ("indicator", "kind", "line", "reading", "unit", "interval", "n", "vs_last", "vs_year", "judged")
    head = {key: t(f"overview.{key}", context.language) for key in names}
    return [
        _column("name", head["indicator"], 0, "OvName", flex=4, minWidth=110, phone=True),
        _column("kind", head["kind"], 74, cellClass="ov-g-dim", drops=2),
        _column("line", head["line"], 0, flex=3, minWidth=90, cellClass="ov-g-dim", drops=3),
        _number("value", head["reading"], 74, "valueText", strong=True, phone=True),
        _column("unit", head["unit"], 58, cellClass="ov-g-dim", sortable=False, phone=True),
        _column("interval", head["interval"], 96, cellClass="ov-g-dim", sortable=False, drops=4),
        {**_number("n", head["n"], 66, "nText", quiet=True), "drops": 5},
        {**_number("change", head["vs_last"], 68, phone=True), "cellRenderer": "OvChange"},
        {**_number("year", head["vs_year"], 68, "yearText"), "drops": 6},
        _column("better", head["judged"], 60, headerClass="ov-g-unsaid", cellClass="ov-g-dim", drops=1),
        _ask(context.language),
    ]
