"""Frames into tables by COPY."""

from __future__ import annotations

import io
from collections.abc import Iterator

import polars as pl
import sqlalchemy as sa

import sql

CHUNK = 1 << 20


def copy_frame(connection: sa.Connection, table: str, frame: pl.DataFrame) -> int:
    """Send a frame into the columns of ``table`` that bear its columns' names; the number of rows."""
    if frame.height:
        sql.copy_text(connection, table, frame.columns, _chunks(frame))
    return frame.height


def _chunks(frame: pl.DataFrame) -> Iterator[bytes]:
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.6f", date_format="%Y-%m-%d")
    view = buffer.getbuffer()
    for at in range(0, len(view), CHUNK):
        yield bytes(view[at : at + CHUNK])
