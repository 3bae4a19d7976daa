"""Shrunken values of the overview's cells (:mod:`dashboard.estimates`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from dashboard import estimates
from dashboard.estimates import Told
from dashboard.pages.overview.reads import Cell, Shown
from etl.domain.period import Period
from etl.domain.reading import Reading

Estimates = Mapping[tuple[Cell, Period], Told]
NONE: Estimates = {}


def read(
    connection: sa.Connection, shown: Shown, areas: Iterable[int], ids: Iterable[int], periods: Sequence[Period]
) -> dict[tuple[Cell, Period], Told]:
    """The shrunken values of some areas and indicators in given periods; none under today's tree."""
    found = {} if shown.today else estimates.read(connection, shown.publication, areas, ids, periods)
    return {(Cell(area, indicator), period): told for (area, indicator, period), told in found.items()}


def settled(
    readings: Sequence[Reading | None], cells: Sequence[Cell], periods: Sequence[Period], estimated: Estimates
) -> list[Reading | None]:
    """The readings, thin ones by their shrunken values."""
    return [
        estimates.settle(reading, estimated.get((cell, period)))
        for reading, cell, period in zip(readings, cells, periods, strict=True)
    ]
