"""Frames into tables and out of queries by COPY."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
import sqlalchemy as sa

import sql
from etl.sources.wire import Packed

CHUNK = 1 << 20


def copy_rows(connection: sa.Connection, table: str, rows: pl.DataFrame | Packed) -> None:
    """Send rows into the columns of ``table`` that bear their columns' names."""
    if isinstance(rows, Packed):
        sql.copy_binary(connection, table, rows.columns, rows.stream())
    else:
        copy_frame(connection, table, rows)


def copy_frame(connection: sa.Connection, table: str, frame: pl.DataFrame) -> int:
    """Send a frame into the columns of ``table`` that bear its columns' names; the number of rows."""
    if frame.height:
        sql.copy_text(connection, table, frame.columns, _chunks(frame))
    return frame.height


def _chunks(frame: pl.DataFrame) -> Iterator[memoryview]:
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.6f", date_format="%Y-%m-%d")
    view = buffer.getbuffer()
    for at in range(0, len(view), CHUNK):
        yield view[at : at + CHUNK]


def read_frame(connection: sa.Connection, name: str, schema: Mapping[str, type[pl.DataType]], **params: Any) -> pl.DataFrame:
    """A statement's rows as a polars frame of ``schema``, its columns in their order; fast for many rows."""
    bound = sql.statement(name).bindparams(**params)
    query = str(bound.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})).replace("%%", "%")
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY ({query}\n) TO STDOUT (FORMAT csv)") as stream:
        content = b"".join(bytes(chunk) for chunk in stream)
    if not content:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(content, has_header=False, schema=dict(schema), try_parse_dates=False)
