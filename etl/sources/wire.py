"""Answers as Postgres takes them by binary COPY: one fixed record each, laid out by numpy, a block at a time.

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
BLOCK = 20_000  # responses laid out at once
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
    records["head"] = _heads(responses)[response]
    _put(records, "indicator", np.array([one.indicator for one in questions])[question])
    _put(records, "raw", found)
    _put(records, "scale", np.array([one.scale.encode() for one in questions])[question])
    _put(records, "score", (found - low[question]) / span[question] * 100)
    return records


def _heads(responses: pl.DataFrame) -> np.ndarray:
    """What all answers of a response begin with."""
    heads = np.empty(responses.height, dtype=_HEAD)
    heads["fields"] = len(ANSWER_COLUMNS)
    _put(heads, "area", responses["area_id"].to_numpy())
    _put(heads, "day", responses["day"].cast(pl.Int32).to_numpy() - EPOCH)
    _put(heads, "id", id_bytes(responses))
    return heads.view(f"V{_HEAD.itemsize}")


def _put(records: np.ndarray, field: str, values: np.ndarray) -> None:
    records[f"{field}_bytes"], records[field] = records.dtype[field].itemsize, values


def _layout(*fields: tuple[str, str]) -> list[tuple[str, str]]:
    return [part for name, kind in fields for part in ((f"{name}_bytes", ">i4"), (name, kind))]


_HEAD = np.dtype([("fields", ">i2"), *_layout(("area", ">i4"), ("day", ">i4"), ("id", "V16"))])


def _record(scale: int) -> np.dtype:
    rest = _layout(("indicator", ">i2"), ("raw", ">f4"), ("scale", f"S{scale}"), ("score", ">f8"))
    return np.dtype([("head", f"V{_HEAD.itemsize}"), *rest])
