"""A file to batches of text rows with their physical line numbers, memory flat whatever its size.

A text file without quotation marks goes through polars in chunks; one with them through the csv module, the only
reader that tells which physical line a row begins on. A workbook's cells become text as a person would type it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from etl.sources.container import detect_encoding, is_workbook, unwrapped
from etl.sources.declaration import Form
from etl.sources.faults import Fault, RefusedFile, fault

BATCH = 50_000  # rows
TEXT_CHUNK = 8 << 20  # characters
MAX_FIELD = 10 << 20  # a longer field is a quotation mark that was never closed
LINE = "line"


@dataclass(frozen=True)
class Batch:
    """Rows as text: the columns ``c1`` … ``cN`` and ``line`` (the physical line a row begins on), and the faulty rows."""

    frame: pl.DataFrame
    faults: list[Fault]

    @property
    def read(self) -> int:
        """Rows read, faulty ones included."""
        return self.frame.height + len(self.faults)


@dataclass(frozen=True)
class Sheet:
    """An open file: its header (``None`` when it has none), its width, and its rows in batches."""

    header: tuple[str, ...] | None
    width: int
    batches: Iterator[Batch]


@contextmanager
def open_sheet(path: Path, form: Form, batch: int = BATCH) -> Iterator[Sheet]:
    """Open a file as ``form`` says it is written; :class:`RefusedFile` when it cannot be read at all."""
    with unwrapped(path, form.member) as plain:
        if is_workbook(plain):
            yield _sheet(_workbook_records(plain, form), form, batch)
            return
        encoding = detect_encoding(plain) if form.encoding == "detect" else form.encoding
        quoted = b'"' in _marks(plain)
        try:
            with plain.open("r", encoding=encoding, errors="replace", newline="") as stream:
                yield _sheet(_csv_records(stream, form), form, batch) if quoted else _plain_sheet(stream, form)
        except LookupError:
            raise RefusedFile("encoding", f"没有编码 {encoding}", f"there is no encoding {encoding}") from None


def _marks(path: Path) -> bytes:
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 22):
            if b'"' in chunk:
                return b'"'
    return b""


# ---- rows one by one: quoted text and workbooks -----------------------------------------------------------------

Record = tuple[int, Sequence[str]]


def _sheet(records: Iterator[Record], form: Form, batch: int) -> Sheet:
    header = None
    if form.header:
        first = next(records, None)
        if first is None:
            raise RefusedFile("empty", "文件是空的", "the file is empty")
        header = tuple(first[1])
    width = len(header) if header is not None else form.width or 0
    return Sheet(header, width, _batches(records, width, batch))


def _batches(records: Iterator[Record], width: int, size: int) -> Iterator[Batch]:
    while block := list(islice(records, size)):
        faults = [_ragged(line, row, width) for line, row in block if len(row) != width]
        good = [(line, row) for line, row in block if len(row) == width] if faults else block
        yield _decoded(_columns(good, width), faults)


def _columns(block: list[Record], width: int) -> pl.DataFrame:
    values = list(zip(*(row for _, row in block), strict=True)) or [()] * width
    frame = {f"c{at}": pl.Series(column, dtype=pl.String) for at, column in enumerate(values, 1)}
    return pl.DataFrame({LINE: pl.Series([line for line, _ in block], dtype=pl.Int64), **frame})


def _ragged(line: int, row: Sequence[str], width: int) -> Fault:
    return fault(line, "", " | ".join(row), "fields", f"{len(row)} ≠ {width}")


def _decoded(frame: pl.DataFrame, faults: list[Fault]) -> Batch:
    """Rows with bytes that could not be decoded become faults."""
    texts = [name for name in frame.columns if name != LINE]
    broken = frame.select(pl.any_horizontal(pl.col(name).str.contains("\ufffd", literal=True) for name in texts)).to_series()
    if not broken.any():
        return Batch(frame, faults)
    spoiled = frame.filter(broken)
    found = [fault(row[0], "", next(v for v in row[1:] if "\ufffd" in v), "encoding") for row in spoiled.iter_rows()]
    return Batch(frame.filter(~broken), [*faults, *found])


def _csv_records(stream: io.TextIOBase, form: Form) -> Iterator[Record]:
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader((line.replace("\0", "") for line in stream), delimiter=form.delimiter)
    line = 0
    try:
        for row in reader:
            begins, line = line + 1, reader.line_num
            if row and begins > form.skip_lines:
                yield begins, row
    except csv.Error as error:
        zh, en = f"第 {line + 1} 行起引号未闭合（{error}）", f"from line {line + 1} a quotation mark is not closed ({error})"
        raise RefusedFile("unclosed", zh, en) from None


def _workbook_records(path: Path, form: Form) -> Iterator[Record]:
    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
        name = form.sheet if isinstance(form.sheet, str) else names[form.sheet]
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as error:
        raise RefusedFile("workbook", f"工作簿无法读取：{error}", f"the workbook cannot be read: {error}") from None
    for line, row in enumerate(rows, 1):
        cells = [_cell(value) for value in row]
        if line > form.skip_lines and any(cells):
            yield line, cells


def _cell(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value.total_seconds()) if isinstance(value, timedelta) else str(value)


# ---- chunks of lines: text without quotation marks ----------------------------------------------------------------


def _plain_sheet(stream: io.TextIOBase, form: Form) -> Sheet:
    blocks = _blocks(stream, form.skip_lines)
    header = None
    if form.header:
        first = next(blocks, None)
        if first is None:
            raise RefusedFile("empty", "文件是空的", "the file is empty")
        line, lines = first
        header = tuple(lines[0].split(form.delimiter))
        blocks = chain([(line + 1, lines[1:])], blocks)
    width = len(header) if header is not None else form.width or 0
    return Sheet(header, width, (_plain_batch(line, lines, width, form.delimiter) for line, lines in blocks if lines))


def _blocks(stream: io.TextIOBase, skip: int) -> Iterator[tuple[int, list[str]]]:
    """Blocks of whole lines without their ends, each with the number of its first line."""
    rest, line = "", 1
    while chunk := stream.read(TEXT_CHUNK):
        chunk = rest + chunk
        if chunk.endswith("\r"):  # perhaps half of a line end
            chunk += stream.read(1)
        lines = chunk.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
        rest = lines.pop()
        yield from _after(line, lines, skip)
        line += len(lines)
    if rest:
        yield from _after(line, [rest], skip)


def _after(line: int, lines: list[str], skip: int) -> Iterator[tuple[int, list[str]]]:
    kept = lines[max(skip - line + 1, 0) :]
    if kept:
        yield line + len(lines) - len(kept), kept


def _plain_batch(first: int, lines: list[str], width: int, delimiter: str) -> Batch:
    frame = pl.DataFrame({LINE: pl.int_range(first, first + len(lines), eager=True), "text": pl.Series(lines, dtype=pl.String)})
    frame = frame.filter(pl.col("text") != "")
    fields = frame["text"].str.count_matches(delimiter, literal=True) + 1
    faults = [_ragged(line, text.split(delimiter), width) for line, text in frame.filter(fields != width).iter_rows()]
    if faults:
        frame = frame.filter(fields == width)
    if frame.is_empty():
        return Batch(_columns([], width), faults)
    names = [f"c{at}" for at in range(1, width + 1)]
    split = frame["text"].str.split_exact(delimiter, width - 1).struct.rename_fields(names).struct.unnest()
    return _decoded(frame.select(LINE).hstack(split), faults)
