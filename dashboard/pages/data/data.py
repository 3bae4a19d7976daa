"""What the data page reads, within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.address import oldest_fresh
from dashboard.context import Context
from etl.domain.area import Level

COVERED = Level.COUNTY  # the level whose companies deliver the data
MOST_FILES = 500
MOST_REASONS = 50
FACTS = ("answer", "process", "complaint")


@dataclass(frozen=True)
class Reach:
    """The last day of a fact's data: ``named`` in the areas listed, ``reached`` with what is known to an upper level only."""

    named: date | None
    reached: date


@dataclass(frozen=True)
class Arrived:
    """What the page shows. ``feeds``, ``files`` and ``reasons`` are empty unless ``operator``: the reader sees all of it."""

    areas: list[dict[str, Any]]
    reach: dict[str, Reach]
    feeds: list[dict[str, Any]]
    files: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    operator: bool


def arrived(context: Context) -> Arrived:
    """Everything the page shows, in one transaction."""
    with context.read() as connection:
        operator = bool(connection.scalar(sa.text("SELECT sees_operator()")))
        feeds = sql.rows(connection, "dashboard/files_by_feed") if operator else []
        files = sql.rows(connection, "dashboard/files_recent", most=MOST_FILES) if operator else []
        reasons = sql.rows(connection, "dashboard/rejected_reasons", most=MOST_REASONS) if operator else []
        return Arrived(_areas(connection, context), _reach(connection, context), feeds, files, reasons, operator)


def _areas(connection: sa.Connection, context: Context) -> list[dict[str, Any]]:
    """Counties under the area (or the one it lies in); none above the reader's scope, whose coverage he may not see."""
    params = _covered(context)
    return sql.rows(connection, "dashboard/coverage_areas", **params) if params else []


def _reach(connection: sa.Connection, context: Context) -> dict[str, Reach]:
    params = _covered(context)
    rows = sql.rows(connection, "dashboard/coverage_reach", **params) if params else []
    return {row["fact"]: Reach(row["named"], row["reached"]) for row in rows}


def _covered(context: Context) -> dict[str, Any] | None:
    """What the statements on coverage are asked; ``None`` where the reader may not see any."""
    inside = [node for node in context.trail if node.level <= COVERED]
    if not context.publication or not inside or not inside[-1].full:
        return None
    return {"p": context.publication_id, "area_id": inside[-1].area_id, "level": int(COVERED), "day": context.publication.data_to}


def is_late(context: Context, reached: date | None) -> bool:
    """Whether an area's data are older than may be."""
    return context.publication is not None and (reached is None or reached < oldest_fresh(context.publication))


def areas(context: Context) -> list[dict[str, Any]]:
    """Coverage for the export."""
    with context.read() as connection:
        return _areas(connection, context)


def rejects(context: Context, file_id: int | None) -> list[dict[str, Any]]:
    """Every fault of one file or of all, not one left out."""
    with context.read() as connection:
        return sql.rows(connection, "dashboard/rejected_rows", file_id=file_id)


def all_files(context: Context) -> list[dict[str, Any]]:
    """Every file received, for the export."""
    with context.read() as connection:
        return sql.rows(connection, "dashboard/files_recent", most=None)
