"""A yearly or quarterly target by months: along the season, the lift growing as the year goes on.

The level asked of month m is ``b + s_m + r_m · x`` with b the baseline and x the lift of the whole period. Season s and ramp r
have weighted means of 0 and 1, so the months, weighted, make the period's target exactly; in every area, and at every level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from etl.domain.period import Period

Floats = NDArray[np.float64]

YEAR = 12
RAMP = 0.5  # the lift grows from half to one and a half of the period's; 0: alike in all months


@dataclass(frozen=True)
class Phases:
    """The months of a plan's period, [month]: ``weight`` adds up to 1, ``season`` in the indicator's unit, ``ramp`` a factor."""

    months: tuple[date, ...]
    weight: Floats
    season: Floats
    ramp: Floats


def months_of(period: Period) -> tuple[date, ...]:
    """First days of the months in a month, quarter or year."""
    first = Period("m", period.start)
    count = {"m": 1, "q": 3, "y": YEAR}[period.kind]
    return tuple(first.shift(ahead).start for ahead in range(count))


def phases(period: Period, history: Sequence[date], weight: Floats, value: Floats, ramp: float = RAMP) -> Phases:
    """The months of ``period`` by the past: complete months (first days) with their weights and values at the plan's root.

    With less than a whole year of history there is no season and months count alike.
    """
    months = months_of(period)
    season, share = _season(history, weight, value)
    chosen = np.array([month.month - 1 for month in months])
    part = share[chosen] / share[chosen].sum()
    growth = 1 + ramp * ((2 * np.arange(len(months)) + 1) / len(months) - 1)
    return Phases(months, part, season[chosen] - part @ season[chosen], growth / (part @ growth))


def _season(history: Sequence[date], weight: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Of each calendar month the mean departure from its year's level, and its share of the weight."""
    years = len(history) // YEAR
    if years == 0 or not (np.isfinite(value).all() and (weight > 0).all()):
        return np.zeros(YEAR), np.full(YEAR, 1 / YEAR)
    last = slice(len(history) - years * YEAR, None)
    values, weights = (part[last].reshape(years, YEAR) for part in (value, weight))
    off = values - (weights * values).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
    first = history[last.start].month - 1
    turned = [np.roll(part, first) for part in (off.mean(axis=0), weights.mean(axis=0))]
    return turned[0], turned[1] / turned[1].sum()


def asked(phased: Phases, baseline: Floats, target: Floats, months: Sequence[date]) -> Floats:
    """What is asked of some of a plan's months together; shape of ``baseline`` and ``target``. NaN for none of its months."""
    inside = np.isin(np.array(phased.months, "datetime64[D]"), np.array(months, "datetime64[D]"))
    total = phased.weight[inside].sum()
    if not total > 0:
        return np.full(np.shape(baseline), np.nan)
    share = phased.weight[inside] / total
    return np.asarray(baseline + share @ phased.season[inside] + share @ phased.ramp[inside] * (target - baseline))
