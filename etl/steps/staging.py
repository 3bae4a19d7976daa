"""Kinds that are taken as a whole when their file has been read: subscriber counts and touchpoints."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

import sql
from etl.steps.copying import copy_frame

STAGED = ("subscribers", "touchpoints")


def take_staged(connection: sa.Connection, kind: str, parts: list[pl.DataFrame]) -> int:
    """Write a file's rows; the number of them that only repeated another row of the file."""
    if not parts:
        return 0
    return _subscribers(connection, pl.concat(parts)) if kind == "subscribers" else _touchpoints(connection, pl.concat(parts))


def _subscribers(connection: sa.Connection, rows: pl.DataFrame) -> int:
    """Counts of one place and class are added up; counts of another file for the same are replaced."""
    key = ["area_id", "month", "business", "segment"]
    whole = rows.group_by(key).agg(pl.sum("subscribers"), pl.max("file_id")).sort(key)
    found = sql.one(connection, "etl/load_months_of_subscribers", months=sorted(whole["month"].unique()))
    if found and not found["there"]:
        copy_frame(connection, "subscriber", whole)
        return 0
    sql.execute(connection, "etl/load_subscriber_arriving")
    copy_frame(connection, "arriving_subscriber", whole)
    sql.execute(connection, "etl/load_subscriber_taken")
    return 0


def _touchpoints(connection: sa.Connection, rows: pl.DataFrame) -> int:
    """The last row of a code counts."""
    last = rows.unique("code", keep="last", maintain_order=True)
    sql.execute(connection, "etl/load_touchpoint_arriving")
    copy_frame(connection, "arriving_touchpoint", last)
    sql.execute(connection, "etl/load_touchpoint_taken")
    return rows.height - last.height
