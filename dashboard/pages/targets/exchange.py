"""A plan taken offline and brought back: the sheet that is written, and what a returned one asks for.

A returned sheet names the version it was made of, and what it asks for is what differs from that. A row whose target, lock or cap
has changed since is a conflict: it is shown and left out; what is applied goes through the same moves and trials as by hand.
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import python_calamine
from dash import dcc, html

from dashboard.context import Context
from dashboard.exports import Table, export_address
from dashboard.pages.targets import data, wording
from dashboard.pages.targets.model import Area, Indicator, Target, View
from dashboard.pages.targets.negotiation import ACT
from dashboard.pages.targets.what_if import Wrong, number
from dashboard.texts import LANGUAGES, t

COLUMNS = (
    "plan",
    "version",
    "code",
    "area",
    "indicator_code",
    "indicator",
    "baseline",
    "target",
    "lock",
    "cap",
    "counter",
    "note",
)
UPLOAD, FOUND = ({"kind": kind, "name": "sheet"} for kind in ("tg-upload", "tg-found"))
MOST_BYTES = 1_000_000
MOST_UNPACKED = 16 << 20  # bytes, twice what MOST_ROWS take; what packs into MOST_BYTES could fill the memory
MOST_ROWS = 20_000
SAME = 0.005  # a target that reads the same at two decimals


@dataclass(frozen=True)
class Wish:
    """What one row asks for: another lock or cap (``None``: unchanged; NaN: taken off), or a counter-proposal with its reason."""

    area: Area
    indicator: Indicator
    line: int
    lock: float | None = None
    cap: float | None = None
    counter: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Brought:
    """A sheet read: what it asks for, and the rows left out with why."""

    wishes: Sequence[Wish] = ()
    left: Sequence[tuple[int, str]] = ()  # line and a sentence
    rows: int = 0


def exchange(view: View, context: Context) -> html.Div:
    """The way out and the way back."""
    language = context.language
    address = export_address(context, "targets-sheet", "xlsx")
    out = html.A(t("targets.do.sheet", language), href=address, className="quiet button", target="_self")
    if view.plan is None or not view.plan.open:
        return html.Div([html.P(t("targets.sheet_hint", language), className="sub"), html.Div(out, className="tg-row")])
    give = dcc.Upload(
        html.Button(t("targets.do.bring", language), className="quiet button"), id=UPLOAD, max_size=MOST_BYTES, accept=".xlsx"
    )
    return html.Div(
        [
            html.P(t("targets.sheet_hint", language), className="sub"),
            html.Div([out, give], className="tg-row"),
            html.Div(id=FOUND),
        ]
    )


def sheet(view: View, context: Context) -> Table:
    """The area in hand and its members by indicator, with room for locks, caps, counter-proposals and reasons."""
    language, plan = context.language, view.plan
    shown = [*([view.here] if view.here else []), *view.members]
    rows = []
    for one in shown:
        for indicator in view.indicators:
            target = view.target(one.area_id, indicator)
            if target is not None and plan is not None:
                rows.append(
                    [
                        plan.plan_id,
                        plan.shown,
                        one.code,
                        one.names[language],
                        indicator.code,
                        indicator.names[language],
                        target.baseline,
                        target.displayed,
                        target.lock,
                        target.cap,
                        target.countered,
                        "",
                    ]
                )
    return Table(t("targets.sheet_title", language), [t(f"targets.sheet.{name}", language) for name in COLUMNS], rows)


def read(contents: Any, view: View, context: Context) -> Brought:
    """A returned sheet as a browser sends it. Raises :class:`Wrong` for what is no such sheet."""
    if not isinstance(contents, str) or "," not in contents or len(contents) > 2 * MOST_BYTES:
        raise Wrong("sheet")
    try:
        body = base64.b64decode(contents.partition(",")[2], validate=True)
        if _unpacked(body) > MOST_UNPACKED:
            raise Wrong("sheet")
        rows = python_calamine.load_workbook(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    except (binascii.Error, ValueError, NotImplementedError, zipfile.BadZipFile, python_calamine.CalamineError):
        raise Wrong("sheet") from None
    return brought(rows, view, context)


def _unpacked(body: bytes) -> int:
    """How many bytes a workbook says it holds."""
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return sum(entry.file_size for entry in packed.infolist())


def brought(rows: Sequence[Sequence[Any]], view: View, context: Context) -> Brought:
    """What the rows of a sheet ask for. Raises :class:`Wrong` where columns are missing or it is of another plan."""
    place, language = _header(rows[0] if rows else []), context.language
    if len(rows) > MOST_ROWS or view.plan is None:
        raise Wrong("sheet")
    wishes, left, then = [], [], _then(rows[1:], place["version"], view, context)
    for line, row in enumerate(rows[1:], start=2):
        cells = {name: row[at] if at < len(row) else "" for name, at in place.items()}
        if any(str(cell).strip() for cell in cells.values()):
            try:
                found = _wish(line, cells, view, then)
            except _Left as reason:
                left.append((line, t(f"targets.sheet_left.{reason.args[0]}", language, **reason.args[1])))
            else:
                wishes += [found] if found is not None else []
    return Brought(wishes, left, max(len(rows) - 1, 0))


def _then(rows: Sequence[Sequence[Any]], column: int, view: View, context: Context) -> View:
    """The view as it was in the version that the sheet was made of."""
    try:
        version = int(float(rows[0][column]))
    except (IndexError, ValueError, OverflowError):
        return view
    same = view.plan is None or version == view.plan.shown
    return view if same else data.load(replace(context, query={**context.query, "version": str(version)}))


class _Left(Exception):
    """A row that is left out: a key of ``targets.sheet_left`` and what goes into it."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key, values)


def _header(names: Sequence[Any]) -> dict[str, int]:
    """Where each column stands, in either language."""
    said = [str(name).strip() for name in names]
    found = {}
    for name in COLUMNS:
        known = {t(f"targets.sheet.{name}", language) for language in LANGUAGES}
        places = [at for at, word in enumerate(said) if word in known]
        if not places and name not in ("area", "indicator", "baseline", "note"):
            raise Wrong("sheet_columns")
        found.update({name: places[0]} if places else {})
    return found


def _wish(line: int, cells: Mapping[str, Any], view: View, then: View) -> Wish | None:
    area = next(
        (one for one in [*([view.here] if view.here else []), *view.members] if one.code == str(cells["code"]).strip()), None
    )
    indicator = next((one for one in view.indicators if one.code == str(cells["indicator_code"]).strip()), None)
    target, was = (each.target(area.area_id if area else None, indicator) for each in (view, then))
    if area is None or indicator is None or target is None or was is None or view.plan is None:
        raise _Left("unknown", code=str(cells["code"])[:40], indicator=str(cells["indicator_code"])[:40])
    plan, seen, lock, cap, counter = (_number(cells, name) for name in ("plan", "target", "lock", "cap", "counter"))
    if plan != view.plan.plan_id:
        raise _Left("plan", n=view.plan.plan_id)
    wanted = Wish(
        area,
        indicator,
        line,
        _changed(lock, was.lock),
        _changed(cap, was.cap),
        _new(counter, target.countered),
        str(cells.get("note") or "").strip()[:2000],
    )
    if wanted.lock is None and wanted.cap is None and wanted.counter is None:
        return None
    _conflict(seen, was, target, wanted)
    return wanted


def _conflict(seen: float | None, was: Target, target: Target, wish: Wish) -> None:
    """The sheet was made when the target, its lock or its cap was another."""
    about = {"area": wish.area.code, "indicator": wish.indicator.code}
    if seen is None or abs(seen - target.displayed) >= SAME:
        before, now = (wording.level(value, wish.indicator) for value in (seen, target.displayed))
        raise _Left("changed", before=before, now=now, **about)
    if (was.lock, was.cap) != (target.lock, target.cap):
        raise _Left("bounds", **about)


def _number(cells: Mapping[str, Any], name: str) -> float | None:
    try:
        return number(cells[name])
    except Wrong:
        raise _Left("number", column=name, value=str(cells[name])[:40]) from None


def _changed(said: float | None, kept: float | None) -> float | None:
    if said is None:
        return float("nan") if kept is not None else None
    return None if kept is not None and abs(said - kept) < 1e-6 else said


def _new(said: float | None, kept: float | None) -> float | None:
    return None if said is None or (kept is not None and abs(said - kept) < SAME) else said


def found(made: Brought, language: str) -> html.Div:
    """What a sheet asks for, row by row, and what is left out; nothing is kept before it is confirmed."""
    items = [
        html.Li([html.B(f"{wish.area.names[language]} · {wish.indicator.shorts[language]}"), html.Span(_said(wish, language))])
        for wish in made.wishes
    ]
    left = [html.Li([html.B(t("targets.sheet_line", language, n=line)), html.Span(words)]) for line, words in made.left]
    head = html.P(t("targets.sheet_found", language, rows=made.rows, n=len(made.wishes), left=len(made.left)))
    parts: list[Any] = [head, html.Ol(items, className="tg-steps")]
    if left:
        parts += [html.H3(t("targets.conflicts", language)), html.Ol(left, className="tg-steps conflicts")]
    if made.wishes:
        parts.append(
            html.Button(
                t("targets.do.apply", language, n=len(made.wishes)), id={"kind": ACT, "do": "apply", "on": ""}, className="button"
            )
        )
    return html.Div(parts)


def _said(wish: Wish, language: str) -> str:
    said = []
    for key, value in (("lock", wish.lock), ("cap", wish.cap), ("countered", wish.counter)):
        if value is not None:
            words = t("targets.taken_off", language) if value != value else wording.level(value, wish.indicator)
            said.append(f"{t(f'targets.{key}', language)} {words}")
    return t("shell.between", language).join(said) + (f" · {wish.note}" if wish.note else "")
