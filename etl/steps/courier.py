"""Rows on their way to the database while the next ones are made."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl
import sqlalchemy as sa

from etl.sources.wire import Packed
from etl.steps.copying import copy_rows

Rows = pl.DataFrame | Packed


class Courier:
    """Sends tables' rows by COPY in a thread of its own, one load after another.

    The connection is the courier's until :meth:`settle` returns. As a context it settles at the end; after an error it
    only waits, for the error tells more than what became of the rows.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="courier")
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Courier:
        return self

    def __exit__(self, error: type[BaseException] | None, *more: object) -> None:
        self._pool.shutdown(wait=True)
        if error is None:
            self.settle()

    def send(self, tables: Sequence[tuple[str, Rows]]) -> None:
        """Begin to write the rows, once those before have arrived."""
        self.settle()
        self._under_way = self._pool.submit(self._write, tables)

    def settle(self) -> None:
        """Wait for the rows under way; the error of what could not be written."""
        coming, self._under_way = self._under_way, None
        if coming is not None:
            coming.result()

    def _write(self, tables: Sequence[tuple[str, Rows]]) -> None:
        for table, rows in tables:
            copy_rows(self._connection, table, rows)
