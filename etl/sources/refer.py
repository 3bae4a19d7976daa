"""What a row names must exist: brands, touchpoints, indicators; and a ratio needs something to divide by."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import polars as pl

from etl.sources.declaration import Feed
from etl.sources.faults import WrongFeed
from etl.sources.rows import Rows
from etl.sources.shape import Known, measure_sums


def check_indicators(feed: Feed, known: Known) -> None:
    """Every indicator the declaration names exists for this kind of fact; :class:`WrongFeed` lists those that do not."""
    named = [column.target for column in feed.answers] + [measure.indicator for measure in feed.measures]
    strange = [name for name in named if name not in known.indicators]
    if strange:
        raise WrongFeed(f"feed {feed.feed_id}: no indicators for {feed.kind.name}: {', '.join(strange)}; "
                        f"known: {', '.join(sorted(known.indicators))}")  # fmt: skip


def check_references(feed: Feed, rows: Rows, known: Known, brands: Iterable[str]) -> Rows:
    """The same rows, those refused that name what is not there."""
    rows = _among(feed, rows, "brand", list(brands), "not_in_vocabulary")
    rows = _among(feed, rows, "touchpoint", list(known.touchpoints), "touchpoint_unknown")
    return _process(feed, rows, known) if feed.kind.name == "process" else rows


def _among(feed: Feed, rows: Rows, field: str, allowed: list[str], code: str) -> Rows:
    column = feed.column(field)
    if column is None or feed.kind.field(field) is None:
        return rows
    values = rows.frame[field]
    strange = values.is_not_null() & ~values.is_in(allowed)
    if column.blank_if_wrong:
        blank = pl.when(strange).then(None).otherwise(pl.col(field)).alias(field)
        return Rows(rows.frame.with_columns(blank), rows.bad, rows.faults, rows.read)
    detail = "、".join(allowed) if code == "not_in_vocabulary" else ""
    return rows.refuse(strange, column.source.label(), values, code, detail)


def _process(feed: Feed, rows: Rows, known: Known) -> Rows:
    if feed.measures:
        return _measures(feed, rows)
    rows = _among(feed, rows, "indicator", list(known.indicators), "indicator_unknown")
    frame = rows.frame
    none = frame["numerator"].is_null() & frame["value"].is_null()
    part = frame["numerator"].is_not_null() & frame["denominator"].is_null()
    rows = rows.refuse((none | part) & ~rows.bad, "numerator / denominator", None, "missing")
    return _zero(feed, rows, frame["denominator"] == 0, "denominator")


def _measures(feed: Feed, rows: Rows) -> Rows:
    complete, zero = [], []
    for measure in feed.measures:
        above, below = measure_sums(measure)
        sums = rows.frame.select(above.alias("n"), below.alias("d"))
        complete.append(sums["n"].is_not_null() & sums["d"].is_not_null())
        zero.append((sums["d"] == 0).fill_null(False))
    rows = rows.refuse(~reduce(pl.Series.__or__, complete) & ~rows.bad, "", None, "no_reading")
    return _zero(feed, rows, reduce(pl.Series.__or__, zero), _label(feed))


def _label(feed: Feed) -> str:
    return next((c.source.label() for measure in feed.measures for c in measure.denominators), "")


def _zero(feed: Feed, rows: Rows, zero: pl.Series, label: str) -> Rows:
    if feed.zero_denominator != "reject":
        return rows
    return rows.refuse(zero, label, None, "zero_denominator")
