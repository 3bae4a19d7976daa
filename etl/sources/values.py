"""Text to typed values, a column at a time; whatever does not fit becomes a fault, never a guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce

import polars as pl

from etl.sources import dates
from etl.sources.declaration import Column, Form, Source
from etl.sources.faults import Fault, fault
from etl.sources.masking import mask
from etl.sources.reader import LINE

FLAGS = {**dict.fromkeys(("1", "1.0", "y", "yes", "t", "true", "是", "对", "√"), True),
         **dict.fromkeys(("0", "0.0", "n", "no", "f", "false", "否", "错", "×"), False)}  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What a file brings to its values: named groups of its name, the dates it may hold, how numbers are written."""

    groups: Mapping[str, str]
    form: Form
    window: tuple[date, date]
    dated_by: str | None = None
    formats: Counter[tuple[str, str]] = field(default_factory=Counter)  # (column, format) → values read by it


@dataclass
class Values:
    """A column's typed values and what was wrong: masks of rows with a code and a detail each."""

    series: pl.Series
    wrong: list[tuple[pl.Series, str, str]] = field(default_factory=list)

    def refuse(self, mask: pl.Series, code: str, detail: str = "") -> None:
        """Mark the rows of ``mask`` as wrong, their value blank."""
        if mask.any():
            self.wrong.append((mask, code, detail))
            self.series = self.series.set(mask, None) if self.series.dtype != pl.String else _blank_where(self.series, mask)

    def mask(self, rows: int) -> pl.Series:
        """Rows with any fault."""
        none = pl.repeat(False, rows, dtype=pl.Boolean, eager=True)
        return reduce(lambda left, right: left | right, (mask for mask, _, _ in self.wrong), none)


def read_column(column: Column, texts: pl.Series, context: Context, near: pl.Series | None = None) -> Values:
    """The typed values of ``column`` from its texts (``near``: the second date column's texts, where one decides)."""
    text = prepare(column, texts)
    values = _READERS[column.type](column, text, context, near)
    if column.required:
        values.refuse(text.is_null(), "missing")
    if column.blank_if_wrong:
        values.wrong = [entry for entry in values.wrong if entry[1] == "missing"]
    if column.masked and values.series.dtype == pl.String:
        values.series = mask(values.series)
    if column.default is not None:
        values.series = values.series.fill_null(column.default)
    return values


def prepare(column: Column, texts: pl.Series) -> pl.Series:
    """Texts trimmed, blanks and sentinels null, padded, mapped."""
    text = texts.str.strip_chars()
    text = _blank_where(text, text.is_in(["", *column.blanks]))
    if column.pad:
        text = text.str.zfill(column.pad)
    return text


def faults_of(column: Column, values: Values, texts: pl.Series, lines: pl.Series) -> list[Fault]:
    """The faults of a column, a private value withheld and free text masked."""
    found = []
    for where, code, detail in values.wrong:
        chosen = texts.filter(where)
        shown = _all("***", chosen) if column.private else mask(chosen)
        pairs = zip(lines.filter(where), shown, strict=True)
        found += [fault(line, column.source.label(), value, code, detail) for line, value in pairs]
    return found


def _blank_where(series: pl.Series, mask: pl.Series) -> pl.Series:
    return series.zip_with(~mask.fill_null(False), pl.Series([None], dtype=series.dtype).new_from_index(0, len(series)))


def _text(column: Column, text: pl.Series, context: Context, near: pl.Series | None) -> Values:
    values = Values(text)
    if column.values:
        mapped = text.replace_strict(dict(column.values), default=text if column.keep_others else None, return_dtype=pl.String)
        unmapped = text.is_not_null() & mapped.is_null()
        if column.words:  # what already is a word of ours needs no entry in the map
            mapped = mapped.zip_with(~(unmapped & text.is_in(list(column.words))), text)
            unmapped = text.is_not_null() & mapped.is_null()
        values.series = mapped if column.other is None else mapped.zip_with(~unmapped, _all(column.other, mapped))
        if column.other is None:
            values.refuse(unmapped, "not_in_map")
    elif column.words:
        strange = text.is_not_null() & ~text.is_in(list(column.words)).fill_null(True)
        if column.other is not None:
            values.series = text.zip_with(~strange, _all(column.other, text))
        else:
            values.refuse(strange, "not_in_vocabulary", "、".join(column.words))
    return values


def _all(value: str, like: pl.Series) -> pl.Series:
    return pl.Series([value], dtype=pl.String).new_from_index(0, len(like))


def _mapped(column: Column, text: pl.Series) -> pl.Series:
    return text.replace(dict(column.values)) if column.values else text


def _number(column: Column, text: pl.Series, context: Context, near: pl.Series | None) -> Values:
    text = _mapped(column, text)
    plain = text
    if context.form.thousands:
        plain = plain.str.replace_all(context.form.thousands, "", literal=True)
    if context.form.decimal != ".":
        plain = plain.str.replace(context.form.decimal, ".", literal=True)
    numbers = plain.cast(pl.Float64, strict=False)
    if (numbers.is_null() & text.is_not_null()).any():  # full-width digits
        numbers = numbers.fill_null(plain.str.normalize("NFKC").cast(pl.Float64, strict=False))
    sentinels = [number for word in column.blanks if (number := _as_number(word)) is not None]
    values = Values(numbers)
    values.refuse(text.is_not_null() & numbers.is_null(), "not_a_number")
    values.refuse(values.series.is_infinite().fill_null(False) | values.series.is_nan().fill_null(False), "not_finite")
    if sentinels:
        values.series = values.series.set(values.series.is_in(sentinels).fill_null(False), None)
    _check_range(column, values)
    return values


def _as_number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _range(column: Column) -> str:
    if column.minimum is None:
        return f"≤ {column.maximum:g}"
    return f"≥ {column.minimum:g}" if column.maximum is None else f"{column.minimum:g} – {column.maximum:g}"


def _check_range(column: Column, values: Values) -> None:
    if column.minimum is None and column.maximum is None:
        return
    low = column.minimum if column.minimum is not None else float("-inf")
    high = column.maximum if column.maximum is not None else float("inf")
    outside = (values.series < low) | (values.series > high)
    values.refuse(outside.fill_null(False), "out_of_range", _range(column))


def _integer(column: Column, text: pl.Series, context: Context, near: pl.Series | None) -> Values:
    values = _number(column, text, context, near)
    values.refuse((values.series != values.series.floor()).fill_null(False), "not_an_integer")
    values.series = values.series.cast(pl.Int64)
    return values


def _flag(column: Column, text: pl.Series, context: Context, near: pl.Series | None) -> Values:
    text = _mapped(column, text)
    values = Values(text.str.to_lowercase().replace_strict(FLAGS, default=None, return_dtype=pl.Boolean))
    values.refuse(text.is_not_null() & values.series.is_null(), "not_a_flag")
    return values


def _timestamp(column: Column, text: pl.Series, context: Context, near: pl.Series | None) -> Values:
    formats = column.formats or dates.FORMATS[column.type]
    window = context.window if column.target == context.dated_by else dates.ANY
    second = dates.first_that_fits(near, column.near.formats, dates.ANY) if column.near and near is not None else None
    days = column.near.days if column.near else 0
    parsed = dates.first_that_fits(
        _mapped(column, text), formats, window, second, timedelta(days=days), _count(column, context), column.of_month
    )
    values = Values(parsed if column.type == "timestamp" else parsed.cast(pl.Date))
    unread = text.is_not_null() & parsed.is_null()
    if unread.any():
        readable = unread & dates.first_that_fits(text, formats, dates.ANY).is_not_null()
        values.refuse(readable, "date_out_of_range", f"{window[0]} – {window[1]}")
        values.refuse(unread & ~readable, "not_a_date", " | ".join(formats))
    return values


def _count(column: Column, context: Context) -> Callable[[str, int], None]:
    def count(written: str, rows: int) -> None:
        context.formats[(column.source.label(), written)] += rows

    return count


def _month(column: Column, text: pl.Series, context: Context, near: pl.Series | None) -> Values:
    values = _timestamp(column, text, context, near)
    values.series = values.series.dt.month_start()
    return values


Reader = Callable[[Column, pl.Series, Context, "pl.Series | None"], Values]
_READERS: dict[str, Reader] = {"text": _text, "number": _number, "integer": _integer, "flag": _flag,
                               "date": _timestamp, "timestamp": _timestamp, "month": _month}  # fmt: skip


def texts_of(column: Column, frame: pl.DataFrame, places: Mapping[Source, tuple[str, ...]], context: Context) -> pl.Series:
    """The raw texts of a column: from the rows, the file's name, or the declaration."""
    source = column.source
    if source.constant is not None or source.group is not None:
        text = source.constant if source.constant is not None else (source.group or "").format(**context.groups)
        return pl.Series([text], dtype=pl.String).new_from_index(0, frame.height)
    names = places.get(source, ())
    if not names:
        return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    if len(names) == 1:
        return frame[names[0]]
    return frame.select(pl.concat_str([pl.col(name).str.strip_chars() for name in names], separator=" ")).to_series()


def default_window(earliest: date, latest: date | None, today: date, ahead: int) -> tuple[date, date]:
    """The dates a file may hold: from ``earliest`` to ``latest``, or ``ahead`` days after ``today``."""
    return earliest, latest or today + timedelta(days=ahead)


def start_of(day: date) -> datetime:
    """Midnight of a day."""
    return datetime(day.year, day.month, day.day)


__all__ = ["LINE", "Context", "Values", "default_window", "faults_of", "prepare", "read_column", "start_of", "texts_of"]
