"""What is known of customers, as the table of features the prediction learns from and is made on: complaints and perceptions of
their last days, what kind of customer they are, and how their company's processes ran in the month before."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import sqlalchemy as sa

import sql
from etl.domain.area import Level
from etl.domain.features import Feature
from etl.domain.period import add_months

OVERALL = {"mobile": "mobile_overall", "broadband": "broadband_overall"}  # the verdict that is predicted, by business
NUMBERS = ("complaints", "open", "late", "unresolved", "rating", "repeats", "days_since", "perceptions", "perceived", "worst")
CATEGORIES = ("topic", "channel", "business", "segment", "generation")
TICKS = ("urban",)
AREA = "area:"  # before an indicator's code: what the customer's company read in the month before


def answered(connection: sa.Connection, publication: int, first: date, last: date, days: int) -> pd.DataFrame:
    """A row a response of customers of whom something was known: features, ``score``, ``day`` and ``customer``."""
    rows = sql.frame(
        connection, "etl/predict_answered", first_day=first, last_day=last, days=days, county=int(Level.COUNTY), **OVERALL
    )
    return _with_readings(connection, publication, rows, rows["day"])


def unasked(connection: sa.Connection, publication: int, day: date, days: int) -> pd.DataFrame:
    """A row a customer and business without a verdict: features, ``area_id``, ``day`` (of the last contact) and ``customer``."""
    rows = sql.frame(connection, "etl/predict_unasked", day=day, days=days, county=int(Level.COUNTY), **OVERALL)
    return _with_readings(connection, publication, rows, pd.Series(day, index=rows.index, dtype=object))


def features_of(rows: pd.DataFrame) -> tuple[Feature, ...]:
    """The features that vary in ``rows``."""
    area = [name for name in rows.columns if name.startswith(AREA)]
    kinds = [(NUMBERS, "number"), (area, "number"), (TICKS, "tick"), (CATEGORIES, "category")]
    named = [Feature(name, kind) for names, kind in kinds for name in names]
    return tuple(feature for feature in named if rows[feature.name].nunique(dropna=False) > 1)


def _with_readings(connection: sa.Connection, publication: int, rows: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Numbers as numbers, and a column for each indicator: what the customer's county read in the month before."""
    rows = rows.assign(**{name: rows[name].astype(float) for name in NUMBERS})
    rows = rows.assign(urban=rows["urban"].map({True: 1.0, False: 0.0}).astype(float))
    before = days.map(lambda day: add_months(day.replace(day=1), -1))
    if rows.empty:
        return rows
    read = sql.frame(
        connection, "etl/predict_readings", p=publication, county=int(Level.COUNTY), first_month=before.min(),
        last_month=before.max(),
    )  # fmt: skip
    if read.empty:
        return rows
    wide = read.pivot_table(index=["area_id", "start"], columns="code", values="reading").astype(float)
    at = pd.MultiIndex.from_arrays([rows["county"], before], names=["area_id", "start"])
    found = wide.reindex(at).add_prefix(AREA)
    found.index = rows.index
    return pd.concat([rows, found], axis=1)


def groups(customers: pd.Series) -> np.ndarray:
    """A number for each customer."""
    return np.unique(customers.map(bytes).to_numpy(), return_inverse=True)[1]


def held_from(last: date, months: int) -> date:
    """The first day of the answers held out: so many months before the day after ``last``."""
    return add_months((last + timedelta(days=1)).replace(day=1), -months)
