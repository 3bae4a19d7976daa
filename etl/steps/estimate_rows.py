"""Sums of scores out of the store and estimates into it, as records of fixed size laid out by numpy (Postgres' binary COPY)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql

EPOCH = date(2000, 1, 1)  # Postgres' first day
HEAD, TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
READ = {"area": ">i4", "indicator": ">i2", "start": ">i4", "n": ">i8", "sw": ">f8", "sw2": ">f8", "swx": ">f8", "swx2": ">f8"}
WRITTEN = {
    "area_id": ">i4", "indicator_id": ">i2", "period": "S1", "start": ">i4", "parent_id": ">i4", "window_length": ">i2",
    "n": ">i4", "n_eff": ">f4", "deff": ">f4", "direct": ">f8", "se": ">f4", "low": ">f4", "high": ">f4",
    "shrunken": ">f4", "shrunken_low": ">f4", "shrunken_high": ">f4", "variance_between": ">f4", "reliability": ">f4",
    "weight": ">f8", "benchmarked": ">f8", "display": ">i2", "first_rank": ">i2", "last_rank": ">i2", "siblings": ">i2",
    "funnel": ">i2", "proof_window": ">i2",
}  # fmt: skip


def _layout(fields: Mapping[str, str]) -> np.dtype:
    parts = [part for name, kind in fields.items() for part in ((f"{name}_bytes", ">i4"), (name, kind))]
    return np.dtype([("fields", ">i2"), *parts])


def read_sums(connection: sa.Connection, name: str, **params: Any) -> NDArray[np.void]:
    """A statement's rows (area, indicator, start, n and the four sums, none null) as records."""
    query = str(
        sql.statement(name).bindparams(**params).compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    ).replace("%%", "%")
    content = bytearray()
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY ({query}\n) TO STDOUT (FORMAT binary)") as stream:
        for chunk in stream:
            content += chunk
    return np.frombuffer(content, _layout(READ), offset=len(HEAD), count=(len(content) - len(HEAD) - len(TAIL)) // _SIZE)


_SIZE = _layout(READ).itemsize


def packed(columns: Mapping[str, Any], rows: int) -> bytes:
    """Records of :data:`WRITTEN`; ``columns`` hold an array or one value each."""
    records = np.empty(rows, _layout(WRITTEN))
    records["fields"] = len(WRITTEN)
    for name in WRITTEN:
        records[f"{name}_bytes"], records[name] = records.dtype[name].itemsize, columns[name]
    return records.tobytes()


def write(connection: sa.Connection, table: str, blocks: Iterator[bytes]) -> None:
    """Stream blocks of :func:`packed` into a table that has the columns of :data:`WRITTEN`."""

    def stream() -> Iterator[bytes]:
        yield HEAD
        yield from blocks
        yield TAIL

    sql.copy_binary(connection, table, tuple(WRITTEN), stream())


def days_since_epoch(days: list[date]) -> NDArray[np.int64]:
    """As Postgres counts them."""
    return np.array([(day - EPOCH).days for day in days], np.int64)
