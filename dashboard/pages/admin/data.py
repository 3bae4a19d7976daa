"""What the administration page reads."""

from __future__ import annotations

from typing import Any

import sql
from dashboard.context import Context
from etl.domain.area import Level

MOST_ACTS = 500
OFFERED = Level.COUNTY  # the form offers areas down to here; finer ones are written by their code


def users(context: Context) -> list[dict[str, Any]]:
    """Every account with its grants."""
    with context.read() as connection:
        return sql.rows(connection, "auth/user_list")


def acts(context: Context, most: int | None = MOST_ACTS) -> list[dict[str, Any]]:
    """The newest lines of the audit trail (all of them when ``most`` is ``None``); nothing for who is no administrator."""
    with context.read() as connection:
        return sql.rows(connection, "dashboard/audit_recent", most=most)


def choices(context: Context) -> dict[str, list[dict[str, Any]]]:
    """The areas and lines a role may be given on."""
    with context.read() as connection:
        areas = sql.rows(connection, "auth/areas_named", level=int(OFFERED))
        return {"areas": areas, "lines": sql.rows(connection, "auth/lines_named")}
