"""A file of customers as the table a prediction declares: typed, its blanks said, every fault with its line and column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from etl.sources.declaration import Column, Form
from etl.sources.faults import Fault, RefusedFile
from etl.sources.header import find_columns
from etl.sources.prediction_declared import CUSTOMER, GROUP, TARGET, Input, Prediction
from etl.sources.reader import Batch, open_sheet
from etl.sources.values import LINE, Context, faults_of, read_column

SHOWN_FAULTS = 5


class WrongTable(Exception):
    """A file that cannot be taken for what the declaration says; the text names file, line and column."""


@dataclass(frozen=True)
class Customers:
    """One row a customer. ``score``: the raw score of the target, when it was read; ``lines``: where a row stands in the file."""

    frame: pd.DataFrame
    lines: NDArray[np.int64]
    names: tuple[str, ...]
    score: NDArray[np.float64] | None = None
    groups: NDArray[np.int64] | None = None


def read_customers(path: Path, told: Prediction, *, with_target: bool, form: Form | None = None) -> Customers:
    """Read what ``told`` names and leave other columns alone; :class:`WrongTable` for a missing column or any wrong value."""
    wanted = [one.column for one in told.inputs] + [column for column in (told.customer, told.group) if column]
    wanted += [told.target] if with_target else []
    optional = {CUSTOMER} if not with_target else {CUSTOMER, GROUP}
    parts: list[pl.DataFrame] = []
    faults: list[Fault] = []
    try:
        with open_sheet(path, form or told.form) as sheet:
            places = _places(path, wanted, sheet.header, optional)
            for batch in sheet.batches:
                frame, wrong = _read(batch, wanted, places, told.form)
                parts.append(frame)
                faults += wrong
    except RefusedFile as error:
        raise WrongTable(f"{path}: {error.reason_en}") from None
    _refuse(path, faults)
    if not parts or not sum(part.height for part in parts):
        raise WrongTable(f"{path}: no row below the header")
    return _customers(pl.concat(parts), told, with_target)


def _places(path: Path, wanted: list[Column], header: tuple[str, ...] | None, optional: set[str]) -> dict[str, str | None]:
    if header is None:
        raise WrongTable(f"{path}: a prediction's columns are found by their headers; the form must not say header = false")
    found = find_columns(wanted, header)
    missing = [column.source.label() for column in wanted if not found[column.target] and column.target not in optional]
    if missing:
        there = ", ".join(header[:12]) + (" …" if len(header) > 12 else "")
        raise WrongTable(f"{path}, line 1: no column {', '.join(missing[:8])}, which the declaration names; the file has {there}")
    return {target: names[0] if names else None for target, names in found.items()}


def _read(batch: Batch, wanted: list[Column], places: dict[str, str | None], form: Form) -> tuple[pl.DataFrame, list[Fault]]:
    context = Context({}, form, (date.min, date.max))
    series, faults = [batch.frame[LINE]], list(batch.faults)
    for column in wanted:
        at = places[column.target]
        texts = pl.Series([None], dtype=pl.String).new_from_index(0, batch.frame.height) if at is None else batch.frame[at]
        values = read_column(column, texts, context)
        faults += faults_of(column, values, texts, batch.frame[LINE])
        kind = pl.Float64 if values.series.dtype.is_numeric() else pl.String
        series.append(values.series.cast(kind).alias(column.target))
    return pl.DataFrame(series), faults


def _refuse(path: Path, faults: list[Fault]) -> None:
    if not faults:
        return
    shown = [f"{path}, line {one.line}, column {one.column or '(row)'}: {one.value!r} {one.reason_en}" for one in faults]
    rest = []
    if len(faults) > SHOWN_FAULTS:
        most = Counter(one.column for one in faults).most_common(8)
        rest = [f"{len(faults)} faults in all, in {', '.join(name or '(row)' for name, _ in most)}"]
    advice = "mend the file, or say in the declaration what these values mean (blanks, values)"
    raise WrongTable("\n".join([*shown[:SHOWN_FAULTS], *rest, advice]))


def _customers(rows: pl.DataFrame, told: Prediction, with_target: bool) -> Customers:
    frame = pd.DataFrame({one.feature.name: _feature(rows[one.feature.name], one) for one in told.inputs})
    names = rows[CUSTOMER].fill_null("") if told.customer else pl.Series([str(line) for line in rows[LINE]])
    groups = None
    if with_target and told.group:
        known = rows[GROUP].fill_null(pl.Series([f"\0{line}" for line in rows[LINE]]))  # without a name each row is its own
        groups = np.unique(known.to_numpy(), return_inverse=True)[1]
    score = rows[TARGET].to_numpy() if with_target else None
    return Customers(frame, rows[LINE].to_numpy(), tuple(names), score, groups)


def _feature(values: pl.Series, one: Input) -> NDArray[np.float64] | pd.Series:
    if one.feature.kind == "category":
        return pd.Series(values.to_list(), dtype=object)
    numbers = values.to_numpy().astype(float)
    if one.feature.kind == "tick":
        return (~np.isnan(numbers)).astype(float)
    return numbers if one.fill is None else np.where(np.isnan(numbers), one.fill, numbers)
