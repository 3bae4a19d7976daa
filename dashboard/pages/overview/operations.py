"""Perceptions, process and complaint indicators of the area, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.pages.overview.estimates import NONE, Estimates
from dashboard.pages.overview.model import Comparison, Indicator, ProcessRow
from dashboard.pages.overview.reads import Cell, Ratio, Series, Three
from dashboard.pages.overview.scores import changes_of, lengthened
from etl.domain.estimate import byar
from etl.domain.period import Period
from etl.domain.shares import newcombe, rate_change

COUNTED = "complaint"  # facts that happen: their counts vary by chance
PER_HEAD = "subscribers"  # a stock, not a flow: its daily sums mean nothing, so part periods are not compared


def perceptions(
    area: int, indicators: Sequence[Indicator], period: Period, series: Mapping[Cell, Series], compared: Mapping[Cell, Three],
    estimates: Estimates = NONE,
) -> list[ProcessRow]:  # fmt: skip
    """What customers experienced: survey scores with their intervals."""
    cells = [Cell(area, indicator.indicator_id) for indicator in indicators]
    made = lengthened([series.get(cell, {}) for cell in cells], period, cells, estimates)
    before, year = changes_of([compared.get(cell, Three()) for cell in cells])
    rows = []
    for indicator, reading, change, last_year in zip(indicators, made, before, year, strict=True):
        shown = reading if reading and reading.shown else None
        firm = change.proven if change and shown and shown.ranked else 0  # as everywhere: nothing is proven on a thin base
        rows.append(
            ProcessRow(
                indicator, shown and shown.value, shown and shown.low, shown and shown.high, reading and reading.n,
                change and change.value, last_year and last_year.value, firm, True, shown,
            )
        )  # fmt: skip
    return rows


def operations(
    indicators: Sequence[Indicator], comparison: Comparison, readings: Mapping[int, Three], like_for_like: Mapping[int, Three]
) -> list[ProcessRow]:
    """Ratios: sum of numerators over sum of denominators, times the indicator's factor."""
    rows = []
    for indicator in indicators:
        now = value(indicator, readings.get(indicator.indicator_id, Three()).now)
        sums = (readings if comparison.complete else like_for_like).get(indicator.indicator_id, Three())
        low, high = interval(indicator, readings.get(indicator.indicator_id, Three()).now)
        here, before, year = (value(indicator, each) for each in sums)
        if not comparison.complete and indicator.denominator == PER_HEAD:
            before = year = None
        n = sums_n(indicator, readings.get(indicator.indicator_id, Three()).now)
        proof = _proof(indicator, sums) if before is not None else None
        moved = _minus(here, before), _minus(here, year)
        rows.append(ProcessRow(indicator, now, low, high, n, *moved, proof or 0, proof is not None))
    return rows


def _proof(indicator: Indicator, sums: Three) -> int | None:
    """Whether a change of complaint counts or shares is proven: -1, 0, 1; ``None`` for readings counted in full."""
    now, before = sums.now, sums.before
    if indicator.fact != COUNTED or now is None or before is None:
        return None
    test = rate_change if indicator.denominator == PER_HEAD else newcombe
    _, low, high = test(now.numerator, now.denominator, before.numerator, before.denominator)
    return 1 if low > 0 else -1 if high < 0 else 0


def value(indicator: Indicator, sums: Ratio | None) -> float | None:
    return sums.numerator / sums.denominator * indicator.factor if sums and sums.denominator > 0 else None


def interval(indicator: Indicator, sums: Ratio | None) -> tuple[float | None, float | None]:
    """Byar's interval for rates per head; process readings are counted in full and have none."""
    if sums is None or sums.denominator <= 0 or indicator.denominator != PER_HEAD:
        return None, None
    low, high = byar(sums.numerator, sums.denominator, indicator.factor)
    return float(low), float(high)


def sums_n(indicator: Indicator, sums: Ratio | None) -> float | None:
    """The base a reader expects: complaints counted, or the denominator's volume."""
    if sums is None:
        return None
    return sums.numerator if indicator.denominator == PER_HEAD else sums.n


def _minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
