"""Rows by the million out of the store: columns packed by the server, one block an indicator, laid out by numpy as they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql

Block = dict[str, NDArray[Any]]
SUMS = {"area_id": ">i4", "start": ">i4", "n": ">i8", "sw": ">f8", "sw2": ">f8", "swx": ">f8", "swx2": ">f8"}
CUTS = {"area_id": ">i4", "start": ">i4", "place": ">i2", "n": ">i8", "sw": ">f8", "swx": ">f8"}
PLACES = {"area_id": ">i4", "start": ">i4", "place": ">i2"}
RATIOS = {"area_id": ">i4", "start": ">i4", "n": ">i8", "numerator": ">f8", "denominator": ">f8"}
HEAD = 20  # bytes before the elements of a one-dimensional array in binary; each has its length before it


def read_blocks(connection: sa.Connection, name: str, layout: Mapping[str, str], **params: Any) -> dict[int, Block]:
    """A statement's rows by indicator (its column ``indicator_id``), column by column as ``layout`` has them; none null.

    Row by row they would cost ten times as much: each column comes as one array of Postgres, in its binary form.
    """
    inner = str(
        sql.statement(name).bindparams(**params).compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    ).replace("%%", "%")
    columns = ", ".join(f"array_send(array_agg(q.{column}))" for column in layout)
    with connection.connection.cursor(binary=True) as cursor:
        cursor.execute(f"SELECT q.indicator_id, {columns} FROM (\n{inner}\n) q GROUP BY 1")  # noqa: S608  our own names
        return {
            indicator: {column: _unpacked(content, kind) for (column, kind), content in zip(layout.items(), parts, strict=True)}
            for indicator, *parts in cursor
        }


def _unpacked(content: bytes, kind: str) -> NDArray[Any]:
    elements = np.frombuffer(content, np.dtype([("bytes", ">i4"), ("value", kind)]), offset=HEAD)
    return elements["value"].astype(np.dtype(kind).newbyteorder("="))
