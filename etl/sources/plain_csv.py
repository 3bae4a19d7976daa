"""A CSV file of an analyst's own trial: text in UTF-8 or GB18030, the delimiter found, rows with their line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = (",", ";", "\t")
SHOWN_FAULTS = 5  # of a refused file


class WrongFile(ValueError):
    """A file that cannot be taken; the text names file, line, column and what to do."""


def opened(path: Path, error: type[WrongFile] = WrongFile) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The names of the header, and (line, fields) of the rows that are not blank. Raises ``error``."""
    lines = _rows(path, _text(path, error), error)
    header = next(lines, None)
    if header is None:
        raise error(f"{path}: the file is empty; the first line must name the columns")
    return [name.strip() for name in header[1]], (row for row in lines if any(cell.strip() for cell in row[1]))


def refuse(path: Path, faults: Sequence[str], error: type[WrongFile] = WrongFile) -> None:
    """Raise ``error`` with the first of the faults, and how many more there are; nothing where there are none."""
    if faults:
        more = f"\n… and {len(faults) - SHOWN_FAULTS} more" if len(faults) > SHOWN_FAULTS else ""
        raise error("\n".join(f"{path}, {fault}" for fault in faults[:SHOWN_FAULTS]) + more)


def _text(path: Path, error: type[WrongFile]) -> str:
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise error(f"{path}: cannot be read ({fault.strerror})") from None
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise error(f"{path}: neither UTF-8 nor GB18030; save it as CSV in UTF-8")


def _rows(path: Path, text: str, error: type[WrongFile]) -> Iterator[tuple[int, list[str]]]:
    """(Line, fields); the delimiter is the one the first line holds most of."""
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as fault:
        raise error(f"{path}, line {reader.line_num}: {fault}; is a quotation mark left open?") from None
