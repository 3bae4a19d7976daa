"""Dates in several formats: tried in their order, each accepted only where it makes a date that can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import polars as pl

ANY = (date(1800, 1, 1), date(9999, 12, 31))

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日")
_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")
FORMATS: dict[str, tuple[str, ...]] = {
    "date": (*_DAYS, *_TIMES),
    "timestamp": (*_TIMES, *_DAYS),
    "month": ("%Y-%m", "%Y/%m", "%Y%m", "%Y年%m月", *_DAYS),
}
_CLOCK = ("%H", "%I", "%T", "%R")


def first_that_fits(
    texts: pl.Series,
    formats: Sequence[str],
    window: tuple[date, date],
    second: pl.Series | None = None,
    within: timedelta = timedelta(0),
    count: Callable[[str, int], None] | None = None,
    of_month: str = "first",
) -> pl.Series:
    """Timestamps read by the first format that gives a date inside ``window`` (and ``within`` of ``second``).

    So a feed whose dates have day and month swapped lists the swapped format first and the window decides; ``count``
    is told how many values each format read. A format without a day gives the first day of its month, or the last (``of_month``).
    """
    found = pl.Series(texts.name, [None], dtype=pl.Datetime("us")).new_from_index(0, len(texts))
    for written in formats:
        left = found.is_null() & texts.is_not_null()
        if not left.any():
            break
        candidate = _read(texts, written, of_month)
        good = left & candidate.is_between(*_edges(window)).fill_null(False)
        if second is not None:
            near = ((candidate.cast(pl.Date) - second.cast(pl.Date)).abs() <= within).fill_null(False)
            good = good & near
        found = candidate.zip_with(good, found)
        if count and good.any():
            count(written, int(good.sum()))
    return found


def _read(texts: pl.Series, written: str, of_month: str) -> pl.Series:
    if any(mark in written for mark in _CLOCK):
        return texts.str.to_datetime(written, strict=False, time_unit="us")
    if "%d" not in written:
        month = (texts + "-01").str.to_date(written + "-%d", strict=False)
        return (month.dt.month_end() if of_month == "last" else month).cast(pl.Datetime("us"))
    return texts.str.to_date(written, strict=False).cast(pl.Datetime("us"))


def _edges(window: tuple[date, date]) -> tuple[pl.Expr, pl.Expr]:
    first, last = window
    after = pl.lit(last).cast(pl.Datetime("us")) + pl.duration(days=1) - pl.duration(microseconds=1)
    return pl.lit(first).cast(pl.Datetime("us")), after
