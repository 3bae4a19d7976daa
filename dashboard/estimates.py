"""Thin scores: with n_eff from 5 to 30 the value drawn towards the area above takes the place of the direct one, on every page.

It is there for months, quarters and years under the tree of their time; elsewhere the direct value stays, as grey and unranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import sqlalchemy as sa

import sql
from etl.domain.estimate import Display
from etl.domain.period import Period
from etl.domain.reading import Reading

KINDS = "mqy"


@dataclass(frozen=True)
class Shrunken(Reading):
    """A reading whose value and interval are the shrunken ones; n, n_eff and window are of the answers behind it."""


class Told(NamedTuple):
    """A shrunken value of a window with its 95 % interval."""

    window: int
    value: float
    low: float
    high: float


Found = Mapping[tuple[int, int, Period], Told]  # by area, indicator and period


def read(
    connection: sa.Connection, publication: int, areas: Iterable[int], ids: Iterable[int], periods: Sequence[Period]
) -> Found:
    """The shrunken values of some areas and indicators in given periods, under the tree of their time."""
    kept = [period for period in periods if period.kind in KINDS]
    if not kept:
        return {}
    rows = sql.rows(
        connection, "dashboard/estimates", p=publication, areas=list(areas), indicators=list(ids),
        periods=sorted({period.kind for period in kept}), starts=sorted({period.start for period in kept}),
    )  # fmt: skip
    return {
        (row["area_id"], row["indicator_id"], Period(row["period"], row["start"])): Told(
            row["window_length"], row["shrunken"], row["shrunken_low"], row["shrunken_high"]
        )
        for row in rows
    }


def settle(reading: Reading | None, told: Told | None) -> Reading | None:
    """The reading, a thin one by the shrunken value of its window."""
    if reading is None or told is None or reading.display is not Display.SHRUNKEN or reading.window != told.window:
        return reading
    kept = {each.name: getattr(reading, each.name) for each in fields(reading)}
    return Shrunken(**{**kept, "value": told.value, "low": told.low, "high": told.high})
