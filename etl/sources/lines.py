"""Text in large blocks to columns of texts: whole rows, the physical line each begins on, rows of another width apart.

Works on bytes: where rows end and how many fields they have is found for a block at once. Only text whose quotation
marks stand where RFC 4180 puts them is cut this way; :func:`cut` says so, and the csv module takes the rest.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOBase

import numpy as np
import polars as pl

QUOTE, END = 0x22, 0x0A
LINE = "line"


@dataclass(frozen=True)
class Block:
    """Whole rows as UTF-8, each ended by a line feed; ``line`` is the physical line the first begins on.

    ``odd``: there are quotation marks out of place, or one that is never closed; then the rows need not be whole.
    """

    text: bytes
    line: int
    odd: bool = False


def blocks(stream: TextIOBase, line: int, size: int, longest: int, delimiter: str) -> Iterator[Block]:
    """Blocks of about ``size`` characters; an odd one is the last, and the stream stands behind it.

    ``stream`` translates line ends; a quoted field of more than ``longest`` bytes is taken for one never closed.
    """
    rest = b""
    while chunk := stream.read(max(size, len(rest))):  # a row longer than a block is not looked through again and again
        text = rest + chunk.replace("\0", "").encode()
        end, odd = _whole(text, ord(delimiter))
        if odd or len(text) - end > longest + size:
            yield Block(text + stream.readline().replace("\0", "").encode(), line, odd=True)
            return
        if end:
            yield Block(text[:end], line)
        line += text.count(b"\n", 0, end)
        rest = text[end:]
    if rest:
        text = rest if rest.endswith(b"\n") else rest + b"\n"
        end, odd = _whole(text, ord(delimiter))
        odd = odd or end < len(text)
        yield Block(rest if odd else text, line, odd)


def _whole(text: bytes, delimiter: int) -> tuple[int, bool]:
    """Where the last whole row ends, and whether quotation marks before it are out of place."""
    if b'"' not in text:
        return text.rfind(b"\n") + 1, False
    marks = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero((marks == END) & ~_inside(marks))
    if not len(ends):
        return 0, False
    end = int(ends[-1]) + 1
    return end, _out_of_place(marks[:end], delimiter)


def _inside(marks: np.ndarray) -> np.ndarray:
    """Mask of the bytes within quotation marks."""
    return np.bitwise_xor.accumulate((marks == QUOTE).view(np.uint8)).view(bool)


def _out_of_place(marks: np.ndarray, delimiter: int) -> bool:
    """Whether a mark opens in the middle of a field or closes before its end (a doubled mark does both, side by side)."""
    quotes = np.flatnonzero(marks == QUOTE)
    opening, closing = quotes[0::2], quotes[1::2]
    before = marks[opening[opening > 0] - 1]
    after = marks[closing + 1]  # there is one: a line feed ends the block
    allowed = [QUOTE, END, delimiter]
    return not (np.isin(before, allowed).all() and np.isin(after, allowed).all())


def first_row(block: Block, delimiter: str) -> tuple[tuple[str, ...], Block]:
    """The first row of a block that is not blank, and the block behind it."""
    marks = np.frombuffer(block.text, np.uint8)
    ends = np.flatnonzero((marks == END) & ~_inside(marks)) + 1
    starts = np.concatenate(([0], ends[:-1]))
    filled = np.flatnonzero(ends - starts > 1)
    if not len(filled):
        return (), Block(b"", block.line)
    at = filled[0]
    end = int(ends[at])
    row = tuple(_fields_of(block.text[int(starts[at]) : end], delimiter))
    return row, Block(block.text[end:], block.line + block.text.count(b"\n", 0, end))


def cut(block: Block, width: int, delimiter: str) -> tuple[pl.DataFrame, list[tuple[int, list[str]]]] | None:
    """The rows of ``width`` fields (``line``, ``c1`` … ``cN``) and those of another (line, fields).

    ``None`` when the block is odd, or was not understood alike by both readers.
    """
    if block.odd:
        return None
    marks = np.frombuffer(block.text, np.uint8)
    outside = ~_inside(marks) if b'"' in block.text else None
    newlines = np.flatnonzero(marks == END)
    ends = newlines if outside is None else newlines[outside[newlines]]
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    lines = block.line + (np.arange(len(starts)) if outside is None else np.searchsorted(newlines, starts))
    fields = _fields(marks, outside, starts, ends, ord(delimiter), width)
    filled = ends > starts
    good = filled & (fields == width)
    ragged = [(int(lines[at]), _fields_of(block.text[starts[at] : ends[at]], delimiter)) for at in np.flatnonzero(filled & ~good)]
    text = block.text if good.all() else np.frombuffer(block.text, np.uint8)[np.repeat(good, ends - starts + 1)].tobytes()
    frame = _parse(text, width, delimiter, outside is not None)
    if frame.height != int(good.sum()):
        return None
    return frame.select(pl.Series(LINE, lines[good].astype(np.int64)), pl.all()), ragged


def _fields(
    marks: np.ndarray, outside: np.ndarray | None, starts: np.ndarray, ends: np.ndarray, delimiter: int, width: int
) -> np.ndarray:
    """The number of fields of each row."""
    at = np.flatnonzero(marks == delimiter)
    if outside is not None:
        at = at[outside[at]]
    if width > 1 and len(at) == (width - 1) * len(ends):  # as a rule every row has as many: two looks a row tell
        each = at.reshape(-1, width - 1)
        if (each[:, 0] >= starts).all() and (each[:, -1] < ends).all():
            return np.full(len(ends), width)
    return np.searchsorted(at, ends) - np.searchsorted(at, starts) + 1


def _fields_of(text: bytes, delimiter: str) -> list[str]:
    return next(csv.reader(StringIO(text.decode(), newline="\n"), delimiter=delimiter))


def _parse(text: bytes, width: int, delimiter: str, quoted: bool) -> pl.DataFrame:
    names = [f"c{at}" for at in range(1, width + 1)]
    if not text:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return pl.read_csv(
        BytesIO(text), has_header=False, separator=delimiter, quote_char='"' if quoted else None,
        schema=dict.fromkeys(names, pl.String), empty_string_is_null=False, missing_columns="raise", extra_columns="raise",
    )  # fmt: skip
