"""Readings of a difference of two scores of the same respondent (-100 to 100), from the sums a roll-up carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from etl.domain.reading import Reading, Sums, readings

SPAN = 100.0  # of either side


def difference_readings(cells: Sequence[Sums | None], windows: Sequence[int] | None = None) -> list[Reading | None]:
    """As :func:`etl.domain.reading.readings`, whose scale is 0-100: moved onto it and back."""
    made = readings([None if cell is None else _onto(cell) for cell in cells], windows)
    return [None if one is None else _back(one) for one in made]


def _onto(cell: Sums) -> Sums:
    n, sw, sw2, swx, swx2 = cell.parts
    return Sums(n, sw, sw2, (swx + SPAN * sw) / 2, (swx2 + 2 * SPAN * swx + SPAN**2 * sw) / 4)


def _back(one: Reading) -> Reading:
    return replace(one, value=one.value * 2 - SPAN, low=one.low * 2 - SPAN, high=one.high * 2 - SPAN, se=one.se * 2)
