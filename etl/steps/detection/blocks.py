"""Rows by the million out of the store: packed by the server, one block an indicator, and laid out by numpy as they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql

SUMS = {"area": ">i4", "indicator": ">i2", "start": ">i4", "n": ">i8", "sw": ">f8", "sw2": ">f8", "swx": ">f8", "swx2": ">f8"}
CUTS = {"area": ">i4", "indicator": ">i2", "start": ">i4", "place": ">i2", "n": ">i8", "sw": ">f8", "swx": ">f8"}
RATIOS = {"area": ">i4", "indicator": ">i2", "start": ">i4", "n": ">i8", "numerator": ">f8", "denominator": ">f8"}


def read_blocks(connection: sa.Connection, name: str, layout: Mapping[str, str], **params: Any) -> dict[int, NDArray[np.void]]:
    """A statement's rows (none null, types as ``layout`` has them, ``indicator_id`` among them) by indicator.

    Row by row they would cost ten times as much. Postgres' ``record_send`` is a row in binary: type and length before each value.
    """
    inner = str(
        sql.statement(name).bindparams(**params).compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    ).replace("%%", "%")
    packed = f"SELECT q.indicator_id, string_agg(record_send(q), CAST('' AS bytea)) FROM (\n{inner}\n) q GROUP BY 1"  # noqa: S608
    with connection.connection.cursor(binary=True) as cursor:
        cursor.execute(packed)
        return {indicator: np.frombuffer(content, _record(layout)) for indicator, content in cursor}


def _record(layout: Mapping[str, str]) -> np.dtype:
    parts = [part for name, kind in layout.items() for part in ((f"{name}_type", ">i4"), (f"{name}_bytes", ">i4"), (name, kind))]
    return np.dtype([("fields", ">i4"), *parts])
