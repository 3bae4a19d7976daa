"""Files given through the browser: brought from the store into a folder of their own, under their own names."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import sqlalchemy as sa

import sql
from etl.steps.faultlog import FaultLog

PACKED = (b"PK", b"\x1f\x8b")  # whose lines cannot be counted from outside


@dataclass(frozen=True)
class Given:
    """An uploaded file as it lies in its folder; ``lines`` is 0 where they are not known."""

    upload_id: int
    feed_id: str | None
    path: Path
    lines: int


class NoUpload(LookupError):
    """There is no such upload, or no longer; the text says what to do, in both languages."""

    def __init__(self, reason_zh: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.reason_zh, self.reason_en = reason_zh, reason_en


@contextmanager
def brought(target: sa.Engine, upload_id: int) -> Iterator[Given]:
    """The file, as long as the context lasts. Memory stays flat. Raises :class:`NoUpload`."""
    with sql.begin(target) as connection:
        sql.execute(connection, "etl/upload_chunks_settled")
        row = sql.one(connection, "etl/upload_of", upload_id=upload_id)
    if row is None:
        raise NoUpload(
            f"上传的文件（{upload_id} 号）已不在，请在数据页重新上传",
            f"upload {upload_id} is not there (any more); give the file again on the data page",
        )
    if Path(row["name"]).name != row["name"] or "\\" in row["name"]:  # it becomes a path here: it must not lead anywhere
        raise NoUpload(
            f"上传的文件（{upload_id} 号）文件名不可用，请改名后在数据页重新上传",
            f"upload {upload_id} has no plain file name; give the file again on the data page",
        )
    with tempfile.TemporaryDirectory(prefix="manyi-upload-") as folder:
        path = Path(folder) / row["name"]
        yield Given(upload_id, row["feed_id"], path, _write(target, upload_id, path))


def keep_faults(target: sa.Engine, upload_id: int, faults: FaultLog) -> None:
    """Write down what a dry run found, in the place of what an earlier one did."""
    with sql.begin(target) as connection:
        sql.execute(connection, "etl/upload_faults_forget", upload_id=upload_id)
        faults.write_tried(connection, upload_id)


def _write(target: sa.Engine, upload_id: int, path: Path) -> int:
    """The number of its lines."""
    lines, packed = 0, False
    with sql.begin(target) as connection, path.open("wb") as written:
        for place in count():
            piece = sql.one(connection, "etl/upload_chunk", upload_id=upload_id, place=place)
            if piece is None:
                return 0 if packed else lines
            packed = packed or (place == 0 and bytes(piece["content"][:2]) in PACKED)
            lines += bytes(piece["content"]).count(b"\n")
            written.write(piece["content"])
    raise AssertionError("count() does not end")
