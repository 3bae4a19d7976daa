"""The faults of a file: counted by reason, the first kept in memory, all of them on disk until they are written down."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence

import polars as pl
import sqlalchemy as sa

from etl.sources.faults import Fault
from etl.steps.copying import copy_frame

SAMPLE = 1000  # faults that a load's result shows
OF_EACH_REASON = 3  # shown in any case
IN_MEMORY = 1 << 20  # bytes; more goes to the disk

Reason = tuple[str, str]  # column, code


class FaultLog:
    """Takes a file's faults a batch at a time, all of a row's in one batch; memory stays flat whatever their number."""

    def __init__(self) -> None:
        self.first: list[Fault] = []
        self.reasons: Counter[Reason] = Counter()
        self._kept = tempfile.SpooledTemporaryFile(IN_MEMORY, prefix="manyi-faults-")  # noqa: SIM115  closed with the log
        self._sizes: list[int] = []

    def add(self, faults: Sequence[Fault]) -> None:
        """Keep these faults, those of one row numbered."""
        if not faults:
            return
        for one in faults:
            self.reasons[one.column, one.code] += 1
            if len(self.first) < SAMPLE or self.reasons[one.column, one.code] <= OF_EACH_REASON:
                self.first.append(one)
        packed = io.BytesIO()
        _frame(faults).write_ipc(packed)
        self._sizes.append(self._kept.write(packed.getbuffer()))

    def write(self, connection: sa.Connection, file_id: int) -> None:
        """Write all of them down as the rejected rows of a file."""
        self._copy(connection, "rejected_row", pl.lit(file_id, dtype=pl.Int32).alias("file_id"))

    def write_tried(self, connection: sa.Connection, upload_id: int) -> None:
        """Write all of them down as what the dry run of an uploaded file found."""
        self._copy(connection, "upload_fault", pl.lit(upload_id, dtype=pl.Int64).alias("upload_id"))

    def _copy(self, connection: sa.Connection, table: str, owner: pl.Expr) -> None:
        for frame in self._frames():
            copy_frame(connection, table, frame.with_columns(owner))

    def close(self) -> None:
        """Forget what is on the disk."""
        self._kept.close()

    def _frames(self) -> Iterator[pl.DataFrame]:
        self._kept.seek(0)
        for size in self._sizes:
            yield pl.read_ipc(self._kept.read(size))


def _frame(faults: Sequence[Fault]) -> pl.DataFrame:
    count: Counter[int] = Counter()
    rows = []
    for one in faults:
        count[one.line] += 1
        rows.append((one.line, count[one.line], one.column, one.value, one.code, one.reason_zh, one.reason_en))
    texts = dict.fromkeys(("column_name", "value", "code", "reason_zh", "reason_en"), pl.String)
    return pl.DataFrame(rows, orient="row", schema={"line": pl.Int64, "fault": pl.Int16, **texts})
