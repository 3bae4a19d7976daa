"""Scores of areas over periods in a CSV file, for the detector on a file alone.

One row an area and period: ``area``, ``parent`` (blank for none), ``level``, ``period``, ``value``, ``n_eff`` and ``sd`` (of the
answers). Parents appear as rows of their own; periods may be missing. Other columns are left alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from etl.domain.area import parse_level
from etl.domain.detect import BASELINE_PERIODS, Series
from etl.domain.period import Period, parse
from etl.sources.plain_csv import WrongFile, opened, refuse

COLUMNS = ("area", "parent", "level", "period", "value", "n_eff", "sd")


@dataclass(frozen=True)
class GivenSeries:
    """A file as series; ``areas`` in order of appearance, ``periods`` without gaps."""

    areas: list[str]
    periods: list[str]
    series: Series


@dataclass(frozen=True)
class _Row:
    line: int
    area: str
    parent: str
    level: int
    period: Period | int
    numbers: tuple[float, float, float]


def read_series(path: Path, baseline: int = BASELINE_PERIODS) -> GivenSeries:
    """Read the series of a file. Raises :class:`WrongFile` naming line, column and reason."""
    header, lines = opened(path)
    names = [name.lower() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise WrongFile(f"{path}, line 1: no column {', '.join(missing)}; the columns are {', '.join(COLUMNS)}")
    rows: list[_Row] = []
    faults: list[str] = []
    for line, cells in lines:
        if len(cells) != len(names):
            faults.append(f"line {line}: {len(cells)} fields where the header has {len(names)}")
            continue
        row, wrong = _row(line, dict(zip(names, (cell.strip() for cell in cells), strict=True)))
        faults += wrong
        rows += [row] if row else []
    refuse(path, faults)
    if not rows:
        raise WrongFile(f"{path}: no line below the header; there is nothing to replay")
    refuse(path, _at_odds(rows))
    return _given(path, rows, baseline)


def _row(line: int, cells: Mapping[str, str]) -> tuple[_Row | None, list[str]]:
    faults, level, period = [], 0, None
    if not cells["area"]:
        faults.append(f"line {line}, column area: it is blank")
    try:
        level = int(parse_level(cells["level"]))
    except ValueError as error:
        faults.append(f"line {line}, column level: {error}")
    try:
        period = int(cells["period"]) if cells["period"].isdigit() and len(cells["period"]) != 4 else parse(cells["period"])
    except ValueError:
        faults.append(
            f"line {line}, column period: {cells['period']!r} is no period; write 2026-10, 2026-W46, 2026-11-22 or a number"
        )
    numbers = []
    for name in ("value", "n_eff", "sd"):
        number, fault = _number(name, cells[name])
        numbers.append(number)
        faults += [f"line {line}, column {name}: {fault}"] if fault else []
    if faults or period is None:
        return None, faults
    return _Row(line, cells["area"], cells["parent"], level, period, (numbers[0], numbers[1], numbers[2])), []


def _number(name: str, said: str) -> tuple[float, str]:
    if not said:
        return math.nan, ""
    try:
        number = float(said)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return math.nan, f"{said!r} is no number; leave blank what was not measured"
    return number, f"{said} is below 0" if name != "value" and number < 0 else ""


def _at_odds(rows: list[_Row]) -> list[str]:
    """Rows that contradict an earlier one of their area, and parents that have no rows."""
    first: dict[str, _Row] = {}
    seen: dict[tuple[str, Period | int], int] = {}
    faults = []
    for row in rows:
        known = first.setdefault(row.area, row)
        for name in ("parent", "level"):
            if getattr(row, name) != getattr(known, name):
                faults.append(f"line {row.line}, column {name}: {row.area} has another one in line {known.line}")
        if seen.setdefault((row.area, row.period), row.line) != row.line:
            faults.append(
                f"line {row.line}, column period: {row.area} has this period in line {seen[row.area, row.period]} already"
            )
        if type(row.period) is not type(rows[0].period) or getattr(row.period, "kind", "") != getattr(rows[0].period, "kind", ""):
            faults.append(
                f"line {row.line}, column period: it is of another kind than line {rows[0].line}; one file holds one kind"
            )
    for row in first.values():
        if row.parent and row.parent not in first:
            faults.append(f"line {row.line}, column parent: {row.parent} has no rows of its own")
        elif row.parent and first[row.parent].level >= row.level:
            faults.append(f"line {row.line}, column level: its parent {row.parent} is not above it")
    return faults


def _given(path: Path, rows: list[_Row], baseline: int) -> GivenSeries:
    periods = _between([row.period for row in rows])
    if len(periods) <= baseline:
        raise WrongFile(
            f"{path}: {len(periods)} periods; the first {baseline} make the baseline, so at least {baseline + 1} are needed"
        )
    areas = {area: at for at, area in enumerate(dict.fromkeys(row.area for row in rows))}
    when = {period: at for at, period in enumerate(periods)}
    cells = np.full((3, len(areas), len(periods)), np.nan)
    parent, level = np.full(len(areas), -1), np.zeros(len(areas), np.int64)
    for row in rows:
        at = areas[row.area]
        cells[:, at, when[row.period]] = row.numbers
        parent[at], level[at] = areas[row.parent] if row.parent else -1, row.level
    cells[1] = np.nan_to_num(cells[1])
    labels = [period.code() if isinstance(period, Period) else str(period) for period in periods]
    return GivenSeries(list(areas), labels, Series(*cells, parent, level))


def _between(periods: list[Period | int]) -> list[Period | int]:
    """All periods from the first to the last."""
    first, last = min(periods), max(periods)  # type: ignore[type-var]
    if isinstance(first, int):
        return list(range(first, int(last) + 1))  # type: ignore[arg-type]
    out = [first]
    while out[-1] < last:  # type: ignore[operator]
        out.append(out[-1].shift(1))
    return list(out)
