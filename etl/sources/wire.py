"""Responses and answers as Postgres takes them by binary COPY: records laid out by numpy, a block at a time.

The format is the documentation's: a count of fields, then each field's length and its bytes, most significant first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import polars as pl

from etl.domain.score import SCALES
from etl.sources.keys import id_bytes

HEAD, TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
EPOCH = 10_957  # days from 1970 to Postgres' 2000-01-01
DAY = 86_400_000_000  # microseconds
ABSENT = -1  # the length of a null
BLOCK = 20_000  # responses laid out at once
TEXTS = ("brand", "mode", "business", "segment", "generation", "stage", "channel")
RESPONSE_COLUMNS = ("area_id", "day", "response_id", "answered_at", "file_id", *TEXTS, "touchpoint_id", "customer")
ANSWER_COLUMNS = ("area_id", "day", "response_id", "indicator_id", "raw", "scale", "score")


@dataclass(frozen=True)
class Packed:
    """Rows ready for the binary COPY into ``columns``; ``blocks`` are made as they are asked for."""

    columns: tuple[str, ...]
    blocks: Iterator[bytes]

    def stream(self) -> Iterator[bytes]:
        """All bytes of the COPY."""
        yield HEAD
        yield from self.blocks
        yield TAIL


@dataclass(frozen=True)
class Question:
    """A column of scores (numbers or null): its name in the frame, its indicator, and the scale it is on."""

    column: str
    indicator: int
    scale: str


def pack_answers(responses: pl.DataFrame, questions: Sequence[Question]) -> Packed:
    """One row an answered question, in the order of ``responses`` (``area_id``, ``day``, the id, the questions' columns)."""
    return Packed(ANSWER_COLUMNS, _blocks(responses, sorted(questions, key=lambda question: question.indicator)))


def pack_responses(responses: pl.DataFrame, customers: Sequence[bytes | None]) -> Packed:
    """One row a response; ``customers`` are the hashes that stand in for them."""
    pieces = range(0, responses.height, BLOCK)
    return Packed(RESPONSE_COLUMNS, (_responses(responses.slice(at, BLOCK), customers[at : at + BLOCK]) for at in pieces))


def _responses(responses: pl.DataFrame, customers: Sequence[bytes | None]) -> bytes:
    """Records with room for the longest texts and for what may be null, squeezed to what is there."""
    heads = _heads(responses, len(RESPONSE_COLUMNS), _RESPONSE_HEAD)
    _put(heads, "answered", responses["answered_at"].cast(pl.Int64).to_numpy() - EPOCH * DAY)
    _put(heads, "file", responses["file_id"].to_numpy())
    texts, there = _texts(responses.select(TEXTS))
    touchpoint = _nullable(
        ">i4", responses["touchpoint_id"].fill_null(0).to_numpy(), responses["touchpoint_id"].is_null().to_numpy()
    )
    hashes = np.frombuffer(b"".join([one or bytes(16) for one in customers]), "V16")
    customer = _nullable("V16", hashes, np.array([one is None for one in customers]))
    whole = np.ones(_flat(heads).shape, dtype=bool)
    records = np.hstack([_flat(heads), texts, touchpoint[0], customer[0]])
    return records[np.hstack([whole, there, touchpoint[1], customer[1]])].tobytes()


def _texts(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The texts with their lengths, side by side, and which of the bytes count: made once for each combination of them."""
    each = frame.unique()
    numbers = frame.join(each.with_row_index("number"), on=frame.columns, how="left", maintain_order="left")["number"].to_numpy()
    fields = ([text.encode() for text in row] for row in each.iter_rows())
    packed = [b"".join(len(text).to_bytes(4, "big") + text for text in row) for row in fields]
    lengths = np.array([len(one) for one in packed])
    table = np.frombuffer(b"".join(one.ljust(lengths.max(), b"\0") for one in packed), np.uint8).reshape(len(packed), -1)
    return table[numbers], (np.arange(table.shape[1]) < lengths[:, None])[numbers]


def _nullable(kind: str, values: np.ndarray, absent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A field and its length, and which of the bytes count."""
    records = np.empty(len(values), dtype=_layout(("value", kind)))
    _put(records, "value", values)
    records["value_bytes"][absent] = ABSENT
    flat = _flat(records)
    return flat, (np.arange(flat.shape[1]) < 4) | ~absent[:, None]


def _flat(records: np.ndarray) -> np.ndarray:
    return records.view(np.uint8).reshape(len(records), -1)


def _blocks(responses: pl.DataFrame, questions: Sequence[Question]) -> Iterator[bytes]:
    by_length = sorted(questions, key=lambda question: len(question.scale))  # a record's length is its scale's
    for _, group in groupby(by_length, key=lambda question: len(question.scale)):
        alike = list(group)
        for at in range(0, responses.height, BLOCK):
            block = _answers(responses.slice(at, BLOCK), alike)
            if len(block):
                yield block.tobytes()


def _answers(responses: pl.DataFrame, questions: Sequence[Question]) -> np.ndarray:
    raw = responses.select(pl.col(question.column).cast(pl.Float64) for question in questions).to_numpy()
    response, question = np.nonzero(~np.isnan(raw))
    scales = [SCALES[one.scale] for one in questions]
    low, span = (np.array([float(part(scale)) for scale in scales]) for part in (lambda s: s.low, lambda s: s.high - s.low))
    found = raw[response, question]
    records = np.empty(len(found), dtype=_record(len(questions[0].scale)))
    records["head"] = _heads(responses, len(ANSWER_COLUMNS), _HEAD).view(f"V{_HEAD.itemsize}")[response]
    _put(records, "indicator", np.array([one.indicator for one in questions])[question])
    _put(records, "raw", found)
    _put(records, "scale", np.array([one.scale.encode() for one in questions])[question])
    _put(records, "score", (found - low[question]) / span[question] * 100)
    return records


def _heads(responses: pl.DataFrame, fields: int, layout: np.dtype) -> np.ndarray:
    """What a response's records begin with."""
    heads = np.empty(responses.height, dtype=layout)
    heads["fields"] = fields
    _put(heads, "area", responses["area_id"].to_numpy())
    _put(heads, "day", responses["day"].cast(pl.Int32).to_numpy() - EPOCH)
    _put(heads, "id", id_bytes(responses))
    return heads


def _put(records: np.ndarray, field: str, values: np.ndarray) -> None:
    records[f"{field}_bytes"], records[field] = records.dtype[field].itemsize, values


def _layout(*fields: tuple[str, str]) -> list[tuple[str, str]]:
    return [part for name, kind in fields for part in ((f"{name}_bytes", ">i4"), (name, kind))]


_HEAD = np.dtype([("fields", ">i2"), *_layout(("area", ">i4"), ("day", ">i4"), ("id", "V16"))])
_RESPONSE_HEAD = np.dtype([*_HEAD.descr, *_layout(("answered", ">i8"), ("file", ">i4"))])


def _record(scale: int) -> np.dtype:
    rest = _layout(("indicator", ">i2"), ("raw", ">f4"), ("scale", f"S{scale}"), ("score", ">f8"))
    return np.dtype([("head", f"V{_HEAD.itemsize}"), *rest])
