"""Which areas' data are in, how far each fact reaches, and the rules behind both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from dash import html

import sql
from dashboard import grids
from dashboard.address import FRESH_DAYS, oldest_fresh
from dashboard.context import Context
from dashboard.pages.data.wording import day
from dashboard.panels import downloads, panel
from dashboard.texts import t
from etl.domain.area import Level

COVERED = Level.COUNTY  # the level whose companies deliver the data
FACTS = ("answer", "process", "complaint")
FACT_OF = {"survey": "answer", "process": "process", "complaint": "complaint"}  # the fact a kind of feed brings


@dataclass(frozen=True)
class Reach:
    """The last day of a fact's data: ``named`` in the areas listed, ``reached`` with what is known to an upper level only."""

    named: date | None
    reached: date


def read_areas(connection: sa.Connection, context: Context) -> list[dict[str, Any]]:
    """Counties under the area (or the one it lies in); none above the reader's scope, whose coverage he may not see."""
    params = _asked(context)
    return sql.rows(connection, "dashboard/coverage_areas", **params) if params else []


def read_reach(connection: sa.Connection, context: Context) -> dict[str, Reach]:
    params = _asked(context)
    rows = sql.rows(connection, "dashboard/coverage_reach", **params) if params else []
    return {row["fact"]: Reach(row["named"], row["reached"]) for row in rows}


def _asked(context: Context) -> dict[str, Any] | None:
    """What the statements on coverage are asked; ``None`` where the reader may not see any."""
    inside = [node for node in context.trail if node.level <= COVERED]
    if not context.publication or not inside or not inside[-1].full:
        return None
    return {"p": context.publication_id, "area_id": inside[-1].area_id, "level": int(COVERED), "day": context.publication.data_to}


def is_late(context: Context, reached: date | None) -> bool:
    """Whether an area's data are older than may be."""
    return context.publication is not None and (reached is None or reached < oldest_fresh(context.publication))


def of_kind(context: Context, areas: list[dict[str, Any]], kind: str) -> str:
    """``38 of 41 counties`` for a kind of feed whose facts are dated by area; a dash for others."""
    fact = FACT_OF.get(kind)
    if fact is None or not areas:
        return "—"
    have = sum(not is_late(context, area[fact]) for area in areas)
    level = COVERED.plural_in(context.language)
    return t("data.have", context.language, have=have, all=len(areas), level=level)


def coverage(context: Context, areas: list[dict[str, Any]], reach: dict[str, Reach]) -> html.Section:
    """The panel: one row an area, those behind first."""
    language = context.language
    rows = [_row(context, area) for area in sorted(areas, key=lambda area: not is_late(context, area["answer"]))]
    columns = [
        grids.text("name", COVERED.name_in(language).capitalize()),
        grids.text("state", t("data.state", language), width=110, tooltipField="why"),
        grids.text("parent", t("data.part_of", language)),
        *(grids.text(fact, t(f"data.fact_{fact}", language), width=120) for fact in FACTS),
    ]  # fmt: skip
    empty = html.P(t("data.coverage_above", language), className="empty")
    grid = grids.grid("data-coverage", columns, rows, language) if rows else empty
    notes = [html.P(line) for line in rules(context, reach)] if rows else []
    tools = downloads(context, "data-coverage")
    return panel(
        t("data.coverage", language), t("data.coverage_sub", language), html.Div(notes, className="notes"), grid, tools=tools
    )


def _row(context: Context, area: dict[str, Any]) -> dict[str, Any]:
    """One area; its state says in a tooltip which rule made it."""
    language, late = context.language, is_late(context, area["answer"])
    limit = oldest_fresh(context.publication).isoformat() if context.publication else ""
    return {
        "name": area[f"name_{language}"], "parent": area[f"parent_{language}"], "code": area["code"],
        "state": t("data.late" if late else "data.in", language),
        "why": t("data.why_late" if late else "data.why_in", language, day=day(area["answer"]), oldest=limit),
        **{fact: day(area[fact]) for fact in FACTS},
    }  # fmt: skip


def rules(context: Context, reach: dict[str, Reach]) -> list[str]:
    """In words: when an area counts as in, and why a fact may reach further than any area listed."""
    language, known = context.language, context.publication
    if known is None:
        return []
    values = {"oldest": oldest_fresh(known).isoformat(), "day": known.data_to.isoformat(), "days": FRESH_DAYS}
    further = [
        t("data.rule_reach", language, fact=t(f"data.fact_{fact}", language), named=day(one.named), reached=day(one.reached),
          level=COVERED.plural_in(language))
        for fact, one in reach.items() if one.named is None or one.named < one.reached
    ]  # fmt: skip
    return [t("data.rule", language, **values), *further]
