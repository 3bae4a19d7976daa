"""A file to batches of text rows with their physical line numbers, memory flat whatever its size.

A text file is cut in blocks (:mod:`etl.sources.lines`); from where its quotation marks are out of place the csv module
reads it. A workbook's cells become text as a person would type it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import polars as pl

from etl.sources.container import detect_encoding, is_workbook, unwrapped
from etl.sources.declaration import Form
from etl.sources.faults import Fault, RefusedFile, fault
from etl.sources.lines import LINE, Block, blocks, cut, first_row
from etl.sources.workbook import Record, workbook_records

BATCH = 50_000  # rows
TEXT_CHUNK = 8 << 20  # characters
MAX_FIELD = 10 << 20  # a longer field is a quotation mark that was never closed
SPOILED = "\ufffd".encode()  # what stands for bytes that could not be decoded


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
def open_sheet(path: Path, form: Form, batch: int = BATCH, chunk: int = TEXT_CHUNK) -> Iterator[Sheet]:
    """Open a file as ``form`` says it is written; :class:`RefusedFile` when it cannot be read at all.

    Batches are of about ``chunk`` characters of text, or of ``batch`` rows where rows are read one by one.
    """
    with unwrapped(path, form.member) as plain:
        if is_workbook(plain):
            yield _sheet(workbook_records(plain, form), form, batch)
            return
        encoding = detect_encoding(plain) if form.encoding == "detect" else form.encoding
        try:
            with plain.open("r", encoding=encoding, errors="replace", newline=None) as stream:
                yield _text_sheet(stream, form, batch, chunk)
        except LookupError:
            raise RefusedFile("encoding", f"没有编码 {encoding}", f"there is no encoding {encoding}") from None


# ---- rows one by one: quoted text and workbooks -----------------------------------------------------------------


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


def _csv_records(lines: Iterable[str], delimiter: str, line: int) -> Iterator[Record]:
    """The rows of ``lines``, the first of which is behind physical line ``line``."""
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader((text.replace("\0", "") for text in lines), delimiter=delimiter)
    before = line
    try:
        for row in reader:
            begins, line = line + 1, before + reader.line_num
            if row:
                yield begins, row
    except csv.Error as error:
        zh, en = f"第 {line + 1} 行起引号未闭合（{error}）", f"from line {line + 1} a quotation mark is not closed ({error})"
        raise RefusedFile("unclosed", zh, en) from None


# ---- blocks of text ---------------------------------------------------------------------------------------------------


def _text_sheet(stream: io.TextIOBase, form: Form, batch: int, size: int) -> Sheet:
    for _ in range(form.skip_lines):
        stream.readline()
    coming = blocks(stream, form.skip_lines + 1, size, MAX_FIELD, form.delimiter)
    first = next(coming, None)
    if first is None or first.odd:
        return _sheet(_csv_records(_lines(first, stream), form.delimiter, form.skip_lines), form, batch)
    header = None
    if form.header:
        header, first = first_row(first, form.delimiter)
        if not header:
            raise RefusedFile("empty", "文件是空的", "the file is empty")
    width = len(header) if header is not None else form.width or 0
    return Sheet(header, width, _text_batches(chain([first], coming), stream, width, form.delimiter, batch))


def _text_batches(coming: Iterable[Block], stream: io.TextIOBase, width: int, delimiter: str, size: int) -> Iterator[Batch]:
    for block in coming:
        found = cut(block, width, delimiter)
        if found is None:
            lines = _lines(block, stream if block.odd else io.StringIO())
            yield from _batches(_csv_records(lines, delimiter, block.line - 1), width, size)
        elif found[0].height or found[1]:
            faults = [_ragged(line, row, width) for line, row in found[1]]
            yield _decoded(found[0], faults) if SPOILED in block.text else Batch(found[0], faults)


def _lines(block: Block | None, stream: io.TextIOBase) -> Iterator[str]:
    """The lines of a block and those behind it."""
    return chain(io.StringIO(block.text.decode(), newline="\n") if block else (), stream)
