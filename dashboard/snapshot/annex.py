"""The annex somebody may ask for: every leaf below an area with its score, row by row, however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.address import tree_day
from dashboard.context import Context
from dashboard.figures.numbers import NONE, count, plain
from dashboard.pages.overview import estimates, reads, scores, wording
from dashboard.pages.overview.model import View
from dashboard.pages.overview.reads import Cell
from dashboard.snapshot.sections import Block, heading, note
from dashboard.texts import t
from etl.domain.area import LEAF, Level
from etl.domain.period import Period
from etl.domain.reading import WINDOWS, Reading

HEADS = (("area", 2, "left"), ("leaf", 2, "left"), ("code", "auto", "left"), ("value", "auto", "right"),
         ("interval", "auto", "left"), ("n", "auto", "right"), ("n_eff", "auto", "right"),
         ("window", "auto", "left"))  # fmt: skip


def leaves(view: View, context: Context) -> list[Block]:
    """Every leaf of an area above the county, whose report ranks its own; nothing for others."""
    if context.area.level >= Level.COUNTY:
        return []
    language = context.language
    with context.read() as connection:
        rows = sql.rows(connection, "dashboard/leaves", area=context.area.area_id, day=tree_day(context), level=int(LEAF))
        period, found = _readings(connection, context, [row["area_id"] for row in rows], view.outcome.indicator_id)
    if not rows:
        return []
    words = {"level": wording.title(LEAF.plural_in(language)), "outcome": wording.outcome_name(view.outcome, language)}
    body = [_row(row, reading, period, language) for row, reading in zip(rows, found, strict=True)]
    columns = [{"title": t(f"snapshot.annex.{key}", language), "width": width, "align": align} for key, width, align in HEADS]
    return [
        heading(t("snapshot.head.annex", language, **words)),
        note(t("snapshot.say.annex", language, n=count(len(rows), language), period=period.label(language))),
        {"kind": "table", "columns": columns, "rows": body},
    ]


def _readings(
    connection: sa.Connection, context: Context, areas: Sequence[int], outcome: int
) -> tuple[Period, list[Reading | None]]:
    """A reading a leaf, in the period asked for, or the month of its last day where leaves are not kept by shorter ones."""
    shown, cells = reads.Shown(context.publication_id), [Cell(area, outcome) for area in areas]
    period, series = context.period, dict[Cell, Any]()
    for period in (context.period, *(each for each in scores.coarser(context.period)[1:] if each.kind == "m")):
        windows = [period.shift(-back) for back in range(max(WINDOWS[period.kind]))]
        series = reads.series(connection, shown, areas, [outcome], windows)[period.kind]
        if series:
            break
    told = estimates.read(connection, shown, areas, [outcome], [period])
    return period, scores.lengthened([series.get(cell, {}) for cell in cells], period, cells, told)


def _row(row: Mapping[str, Any], reading: Reading | None, period: Period, language: str) -> list[Any]:
    shown = reading if reading and reading.shown else None
    names = [row[f"above_{language}"], row[f"name_{language}"], row["code"]]
    base = count(reading.n if reading else 0, language)
    if shown is None:
        return [*names, {"text": NONE, "state": "few"}, "", base, "", t("snapshot.annex.hidden", language) if reading else ""]
    value = {"text": plain(shown.value), "state": "plain" if shown.ranked else "few", "bold": shown.ranked}
    window = wording.window(period.kind, shown.window, language) if shown.window > 1 else ""
    return [*names, value, f"{plain(shown.low)} ~ {plain(shown.high)}", base, plain(shown.n_eff, 0), window]
