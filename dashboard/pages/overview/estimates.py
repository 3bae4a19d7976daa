"""Thin scores: with n_eff from 5 to 30 the value drawn towards the area above takes the place of the direct one.

It is there for months, quarters and years under the tree of their time; elsewhere the direct value stays, as grey and unranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import sqlalchemy as sa

import sql
from dashboard.pages.overview.reads import Cell, Shown
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


Estimates = Mapping[tuple[Cell, Period], Told]
NONE: Estimates = {}


def read(
    connection: sa.Connection, shown: Shown, areas: Iterable[int], ids: Iterable[int], periods: Sequence[Period]
) -> dict[tuple[Cell, Period], Told]:
    """The shrunken values of some areas and indicators in given periods."""
    kept = [period for period in periods if period.kind in KINDS]
    if shown.today or not kept:
        return {}
    rows = sql.rows(
        connection, "dashboard/estimates", p=shown.publication, areas=list(areas), indicators=list(ids),
        periods=sorted({period.kind for period in kept}), starts=sorted({period.start for period in kept}),
    )  # fmt: skip
    return {
        (Cell(row["area_id"], row["indicator_id"]), Period(row["period"], row["start"])): Told(
            row["window_length"], row["shrunken"], row["shrunken_low"], row["shrunken_high"]
        )
        for row in rows
    }


def settled(
    readings: Sequence[Reading | None], cells: Sequence[Cell], periods: Sequence[Period], estimates: Estimates
) -> list[Reading | None]:
    """The readings, thin ones by their shrunken values."""
    return [
        _settle(reading, estimates.get((cell, period))) for reading, cell, period in zip(readings, cells, periods, strict=True)
    ]


def _settle(reading: Reading | None, told: Told | None) -> Reading | None:
    if reading is None or told is None or reading.display is not Display.SHRUNKEN or reading.window != told.window:
        return reading
    kept = {each.name: getattr(reading, each.name) for each in fields(reading)}
    return Shrunken(**{**kept, "value": told.value, "low": told.low, "high": told.high})
