"""The cards and the trend: readings of the area itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeGuard

from dashboard.pages.overview.estimates import NONE, Estimates, settled
from dashboard.pages.overview.model import Card, Comparison, Indicator, Lead, TrendPoint
from dashboard.pages.overview.reads import Cell, Series, Three
from etl.domain.estimate import UNRANKED_BELOW
from etl.domain.period import Period, containing, latest
from etl.domain.reading import WINDOWS, Reading, Sums, changes, lengthen, readings

SPARK = 13
TREND = {"d": 31, "w": 53, "m": 25, "q": 9, "y": 5}
COARSER = {"d": "dwmqy", "w": "wmqy", "m": "mqy", "q": "qy", "y": "y"}  # where a cut is looked for, finest first


def comparison(period: Period, data_to: date) -> Comparison:
    """What ``period`` is compared with, given the last day data has come for."""
    complete = period.end <= data_to
    days = period.days if complete else max((data_to - period.start).days + 1, 0)
    before, year = (
        (other.start, other.end) if complete else other.like_for_like(days) for other in (period.previous, period.same_last_year)
    )
    return Comparison(
        period, complete, days, (period.start, period.end if complete else max(data_to, period.start)), before, year
    )


def trend_periods(period: Period) -> list[Period]:
    return latest(period.kind, TREND[period.kind], period)


def needed(period: Period) -> list[Period]:
    """All periods whose sums the cards and the trend of an area are made from."""
    shown = trend_periods(period)
    windows = [period.shift(-back) for back in range(max(WINDOWS[period.kind]))]
    return sorted({*shown, *windows, *(each.same_last_year for each in shown)})


def coarser(period: Period) -> list[Period]:
    """The period and the longer ones it belongs to, finest first."""
    return [containing(kind, period.place) for kind in COARSER[period.kind]]


def lengthened(
    series: Sequence[Series], period: Period, cells: Sequence[Cell] = (), estimates: Estimates = NONE
) -> list[Reading | None]:
    """One reading a series, its window lengthened where it would be hidden; thin ones shrunken where ``cells`` say whose."""
    found = [lengthen(each, period) for each in series]
    made = readings([cell for cell, _ in found], [window for _, window in found])
    return settled(made, cells, [period] * len(cells), estimates) if cells else made


def cards(
    area: int,
    headlines: Sequence[Indicator],
    period: Period,
    series: Mapping[Cell, Series],
    compared: Mapping[Cell, Three],
    leads: Mapping[int, Lead],
    bands: Mapping[int, tuple[int, int, int]],
    estimates: Estimates = NONE,
) -> tuple[Card, ...]:
    """The headline outcomes of the area, in order."""
    cells = [Cell(area, indicator.indicator_id) for indicator in headlines]
    now = lengthened([series.get(cell, {}) for cell in cells], period, cells, estimates)
    before, year = changes_of([compared.get(cell, Three()) for cell in cells])
    return tuple(
        Card(
            indicator, now[i], before[i], year[i], leads.get(indicator.indicator_id), bands.get(indicator.indicator_id),
            spark(series.get(cells[i], {}), period, cells[i], estimates),
        )
        for i, indicator in enumerate(headlines)
    )  # fmt: skip


def changes_of(threes: Sequence[Three]) -> tuple[list, list]:
    """The changes to the period before and to the year before, each with its proof."""
    now, before, year = (readings([three[i] for three in threes]) for i in range(3))
    return changes(now, before), changes(now, year)


def spark(series: Series, period: Period, cell: Cell, estimates: Estimates = NONE) -> tuple[float | None, ...]:
    """The scores of the last periods; a gap where one may not be shown."""
    made = _each(series, latest(period.kind, SPARK, period), cell, estimates)
    return tuple(reading.value if reading and reading.shown else None for reading in made)


def _each(series: Series, periods: Sequence[Period], cell: Cell, estimates: Estimates) -> list[Reading | None]:
    """A reading a period, none lengthened."""
    return settled(readings([series.get(each.start) for each in periods]), [cell] * len(periods), periods, estimates)


def trend(series: Series, period: Period, cell: Cell, estimates: Estimates = NONE) -> tuple[TrendPoint, ...]:
    """Readings of the last periods with those of the same periods a year before."""
    shown = trend_periods(period)
    now = _each(series, shown, cell, estimates)
    year = _each(series, [each.same_last_year for each in shown], cell, estimates)
    return tuple(TrendPoint(*point) for point in zip(shown, now, year, strict=True))


def leads(
    area: int,
    headlines: Sequence[Indicator],
    own: str,
    rivals: Sequence[str],
    windows: Sequence[Period],
    series: Mapping[str, Mapping[Cell, Series]],
) -> dict[int, Lead]:
    """Own score minus the strongest competitor's, in the finest window where both may be shown and ranked."""
    found: dict[int, Lead] = {}
    for window in windows:
        for indicator in headlines:
            if indicator.indicator_id not in found:
                cells = [_brand(series, window, area, indicator.indicator_id, brand) for brand in (own, *rivals)]
                lead = _lead(cells, rivals, window)
                if lead:
                    found[indicator.indicator_id] = lead
    return found


def _brand(series: Mapping[str, Mapping[Cell, Series]], window: Period, area: int, indicator: int, brand: str) -> Sums | None:
    return series.get(window.kind, {}).get(Cell(area, indicator, "brand", brand), {}).get(window.start)


def _firm(reading: Reading | None) -> TypeGuard[Reading]:
    """Whether a brand's reading may be held against another's."""
    return reading is not None and reading.shown and reading.n_eff >= UNRANKED_BELOW


def _lead(cells: Sequence[Sums | None], rivals: Sequence[str], window: Period) -> Lead | None:
    own, *others = readings(cells)
    shown = [(reading.value, brand, reading) for reading, brand in zip(others, rivals, strict=True) if _firm(reading)]
    if not _firm(own) or not shown:
        return None
    _, brand, strongest = max(shown, key=lambda each: each[0])
    (change,) = changes([own], [strongest])
    return Lead(change, brand, window) if change else None
