"""The publications: what each brought, and which earlier readings it changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from dash import dcc, html

import sql
from dashboard import grids
from dashboard.context import Context
from dashboard.figures.numbers import plain, signed
from dashboard.pages.data import tables
from dashboard.pages.data.wording import day, moment
from dashboard.panels import downloads, panel
from dashboard.texts import catalogue, t
from etl.domain.period import Period

MOST = 30
COLUMNS = ("publication", "published", "to_day", "answers", "months", "cells", "earlier")
MOST_CHANGES = 500


def read(connection: sa.Connection) -> list[dict[str, Any]]:
    """The latest ones, newest first."""
    return sql.rows(connection, "dashboard/publications", most=MOST)


def read_changes(connection: sa.Connection, publication: int, most: int | None = MOST_CHANGES) -> list[dict[str, Any]]:
    """Earlier readings a publication changed, the largest change first; ``in_all`` tells how many there are."""
    return sql.rows(connection, "dashboard/publication_changes", publication=publication, most=most)


def publications(context: Context, found: list[dict[str, Any]], chosen: int | None) -> html.Section:
    """The panel; a row leads to what that publication changed."""
    language = context.language
    if not found:
        return panel(t("data.publications", language), "", html.P(t("data.no_publication", language), className="empty"))
    marks = ["on" if one["publication_id"] == chosen else "" for one in found]
    rows = [tables.row(COLUMNS, _cells(context, one), language, mark) for one, mark in zip(found, marks, strict=True)]
    return panel(t("data.publications", language), t("data.publications_sub", language, count=len(found)),
                 tables.table("publications", COLUMNS, rows, language))  # fmt: skip


def _cells(context: Context, one: dict[str, Any]) -> dict[str, Any]:
    language, number = context.language, one["publication_id"]
    changed = one["earlier_changed"]
    href = context.address(view="publications", publication=number)
    return {
        "publication": html.B(str(number)), "published": moment(one["published_at"]), "to_day": day(one["data_to"]),
        "answers": f"{one['answers']:,}", "cells": f"{one['cells_changed']:,}",
        "months": _months(_with_answers(one), language),
        "earlier": dcc.Link(t("data.changed_count", language, count=f"{changed:,}"), href=href) if changed else "0",
    }  # fmt: skip


def _with_answers(one: dict[str, Any]) -> list[Any]:
    """The months touched that a reader can open; readings of the network begin earlier, calendars of feeds end later."""
    if one["data_from"] is None:  # published before the first answer came
        return []
    return [month for month in one["months_changed"] if one["data_from"].replace(day=1) <= month <= one["data_to"]]


def _months(months: list[Any], language: str) -> str:
    if not months:
        return "—"
    first, last = Period("m", min(months)).label(language), Period("m", max(months)).label(language)
    if len(months) == 1:
        return first
    return t("data.months_span", language, count=len(months), first=first, last=last)


def changes(context: Context, publication: int, found: list[dict[str, Any]]) -> html.Section:
    """The panel of one publication's changes to earlier readings."""
    language = context.language
    heading = t("data.changes", language, number=publication)
    if not found:
        return panel(heading, "", html.P(t("data.no_change", language), className="empty"))
    counted = {"type": "rightAligned", "sortable": False}
    columns = [
        grids.text("area", t("data.area", language), minWidth=120),
        grids.text("indicator", t("data.indicator", language), minWidth=170),
        grids.text("period", t("data.period", language), minWidth=110),
        *(grids.text(name, t(f"data.{name}", language), minWidth=110, **counted) for name in ("old", "new", "change")),
        grids.text("base", t("data.base", language), minWidth=150, **counted),
    ]
    rows = [_change(one, language) for one in found]
    sub = t("data.changes_sub", language, shown=f"{len(rows):,}", all=f"{found[0]['in_all']:,}")
    return panel(heading, sub, grids.grid("data-changes", columns, rows, language),
                 tools=downloads(context, "data-changes", publication=publication))  # fmt: skip


def _change(one: dict[str, Any], language: str) -> dict[str, Any]:
    old, new, decimals = one["old_reading"], one["new_reading"], one["decimals"]
    name, unit = one[f"indicator_{language}"], _unit(one["unit"], language)
    moved = signed(new - old, decimals) if old is not None and new is not None else "—"
    gone = t("data.no_reading", language)
    return {
        "area": one[f"name_{language}"], "indicator": f"{name} ({unit})" if unit else name,
        "period": Period(one["period"], one["start"]).label(language),
        "old": plain(old, decimals) if old is not None else gone, "new": plain(new, decimals) if new is not None else gone,
        "change": moved, "base": f"{one['old_n']:,} → {one['new_n'] or 0:,}",
    }  # fmt: skip


def _unit(unit: str, language: str) -> str:
    key = f"vocabulary.unit.{unit}"
    return t(key, language) if key in catalogue() else unit
