"""A batch of text rows to typed rows: every column read, every row rule checked, every fault kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce

import polars as pl

from etl.sources.declaration import Clock, Column, Feed, Source
from etl.sources.faults import Fault, fault
from etl.sources.reader import LINE, Batch
from etl.sources.values import Context, faults_of, read_column, texts_of

Places = Mapping[Source, tuple[str, ...]]
ANSWER, PERCEPTION, TAG, MEASURE, LOOKUP, PATH = "answer:", "perception:", "tag:", "measure:", "lookup:", "path:"


@dataclass(frozen=True)
class Rows:
    """Typed rows and the rows that are not taken.

    ``frame`` has ``line``, one column a field, and prefixed columns for answers, perceptions, tags, measures, lookups
    and the path. ``bad`` marks the rows of ``frame`` with a fault; ``faults`` also tells of rows that never got there.
    """

    frame: pl.DataFrame
    bad: pl.Series
    faults: list[Fault]
    read: int

    def refuse(self, mask: pl.Series, column: str, values: pl.Series | None, code: str, detail: str = "") -> Rows:
        """The same rows, those of ``mask`` marked as wrong."""
        mask = mask.fill_null(False)
        if not mask.any():
            return self
        shown = [None] * int(mask.sum()) if values is None else values.filter(mask).cast(pl.String).to_list()
        found = [fault(line, column, value, code, detail)
                 for line, value in zip(self.frame[LINE].filter(mask), shown, strict=True)]  # fmt: skip
        return replace(self, bad=self.bad | mask, faults=[*self.faults, *found])

    def good(self) -> pl.DataFrame:
        """The rows without a fault."""
        return self.frame.filter(~self.bad) if self.bad.any() else self.frame


def type_rows(feed: Feed, batch: Batch, places: Places, context: Context, start: int = 0) -> Rows:
    """The typed rows of ``batch``; ``start`` is the number of rows before it (for times from the row order)."""
    typed: dict[str, pl.Series] = {LINE: batch.frame[LINE]}
    faults, masks = list(batch.faults), [pl.repeat(False, batch.frame.height, dtype=pl.Boolean, eager=True)]
    for name, column in _named_columns(feed):
        texts = texts_of(column, batch.frame, places, context)
        near = _near_texts(column, batch.frame, places)
        values = read_column(column, texts, context, near)
        typed[name] = values.series
        if values.wrong:
            masks.append(values.mask(batch.frame.height))
            faults += faults_of(column, values, texts, batch.frame[LINE])
    if feed.clock and feed.kind.dated_by:
        typed[feed.kind.dated_by] = _times(feed.clock, batch, start)
    _fill_absent(feed, typed, batch.frame.height)
    bad = reduce(lambda left, right: left | right, masks)
    return _row_rules(feed, Rows(pl.DataFrame(typed), bad, faults, batch.read))


def _named_columns(feed: Feed) -> list[tuple[str, Column]]:
    named = [(column.target, column) for column in feed.columns]
    for prefix, columns in ((ANSWER, feed.answers), (PERCEPTION, feed.perceptions), (TAG, feed.tags), (PATH, feed.path),
                            ("check:", feed.checks)):  # fmt: skip
        named += [(prefix + column.target, column) for column in columns]
    for measure in feed.measures:
        for part, columns in (("n", measure.numerators), ("d", measure.denominators)):
            named += [(f"{MEASURE}{measure.indicator}:{part}{at}", column) for at, column in enumerate(columns)]
    for at, lookup in enumerate(feed.place.lookups):
        named += [(f"{LOOKUP}{at}:{place}", column) for place, column in enumerate(lookup.columns)]
    return named


def _near_texts(column: Column, frame: pl.DataFrame, places: Places) -> pl.Series | None:
    if column.near is None:
        return None
    names = places.get(column.near.source, ())
    return frame[names[0]].str.strip_chars() if names else None


def _times(clock: Clock, batch: Batch, start: int) -> pl.Series:
    """The time of each row by its place among all rows read, the faulty ones included."""
    lines = batch.frame[LINE].to_list()
    order = {line: at for at, line in enumerate(sorted([*lines, *{fault.line for fault in batch.faults}]))}
    at = pl.Series([start + order[line] for line in lines], dtype=pl.Int64)
    steps = pl.lit(at) * int(clock.step.total_seconds() * 1_000_000)
    return pl.select(pl.lit(clock.start).cast(pl.Datetime("us")) + steps.cast(pl.Duration("us"))).to_series()


_EMPTY: dict[str, type[pl.DataType] | pl.DataType] = {
    "integer": pl.Int64, "number": pl.Float64, "date": pl.Date, "month": pl.Date, "timestamp": pl.Datetime("us"),
    "flag": pl.Boolean,
}  # fmt: skip


def _fill_absent(feed: Feed, typed: dict[str, pl.Series], rows: int) -> None:
    """Fields the feed does not fill: their default, or null."""
    for field in feed.kind.fields:
        if field.name not in typed:
            kind = _EMPTY.get(field.type, pl.String)
            typed[field.name] = pl.Series([field.default], dtype=kind).new_from_index(0, rows)


def _row_rules(feed: Feed, rows: Rows) -> Rows:
    rule = _RULES.get(feed.kind.name)
    return rule(feed, rows) if rule else rows


def _invitation(feed: Feed, rows: Rows) -> Rows:
    frame = rows.frame
    return rows.refuse(frame["answered"] > frame["asked"], "answered", frame["answered"], "answered_over_asked")


def _complaint(feed: Feed, rows: Rows) -> Rows:
    frame = rows.frame
    rows = rows.refuse(frame["closed_at"] < frame["opened_at"], "closed_at", frame["closed_at"], "closed_before_opened")
    closed = pl.when(pl.col("status").is_null()).then(
        pl.when(pl.col("closed_at").is_null()).then(pl.lit("open")).otherwise(pl.lit("closed"))
    ).otherwise(pl.col("status"))  # fmt: skip
    return replace(rows, frame=rows.frame.with_columns(closed.alias("status")))


def _survey(feed: Feed, rows: Rows) -> Rows:
    """A row where every question is blank carries nothing; where one was wrong, that fault is enough."""
    none = rows.frame.select(pl.all_horizontal(pl.col(ANSWER + column.target).is_null() for column in feed.answers)).to_series()
    return rows.refuse(none & ~rows.bad, feed.answers[0].source.label(), None, "no_answer")


def _dated_node(feed: Feed, rows: Rows) -> Rows:
    frame = rows.frame
    return rows.refuse(frame["valid_to"] <= frame["valid_from"], "valid_to", frame["valid_to"], "dates_reversed")


_RULES = {"invitations": _invitation, "complaint": _complaint, "survey": _survey, "areas": _dated_node,
          "touchpoints": _dated_node}  # fmt: skip
