"""How long the whole rule runs before a false alarm: baseline error, the yearly new beginning and the fast lane included.

There is no closed form for a chart whose baseline is itself estimated; it is simulated, all series side by side.
"""

from __future__ import annotations

import math

import numpy as np

from etl.domain.charts import RENEWED
from etl.domain.detect import BASELINE_PERIODS, SINGLE, WEIGHT
from etl.domain.run_length import ewma_one_sided

SERIES, PERIODS = 4000, 2400


def simulated(
    limit: float, rng: np.random.Generator, *, single: float = SINGLE, series: int = SERIES, periods: int = PERIODS,
    shift: float = 0.0,
) -> float:  # fmt: skip
    """Periods at rest per alarm of normal series with unit variance (the ARL: an alarm ends a run, and a new chart begins).

    ``shift`` (downwards) sets in with each chart. The error of the simulation is about the ARL over √(series x periods / ARL).
    """
    alarms = total = 0
    mean = _baseline(rng, series)
    e, v, age = np.zeros(series), np.zeros(series), np.zeros(series)
    recent = np.zeros((BASELINE_PERIODS, series))
    for at in range(periods):
        y = rng.standard_normal(series)
        recent[at % BASELINE_PERIODS] = y
        e = np.minimum(0.0, (1 - WEIGHT) * e + WEIGHT * (y - shift - mean))
        v, age = (1 - WEIGHT) ** 2 * v + WEIGHT**2, age + 1
        a = 1 - (1 - WEIGHT) ** age
        s = e / np.sqrt(v + a**2 / BASELINE_PERIODS)
        alarm = (s < -limit) | (y - shift - mean < -single)
        alarms, total = alarms + int(alarm.sum()), total + series
        renewed = ~alarm & (age >= RENEWED)
        mean = np.where(renewed, recent.mean(axis=0), np.where(alarm, _baseline(rng, series), mean))
        for part in (e, v, age):
            part[alarm | renewed] = 0.0
    return total / alarms if alarms else math.inf


def _baseline(rng: np.random.Generator, series: int) -> np.ndarray:
    return rng.standard_normal(series) / math.sqrt(BASELINE_PERIODS)


def promised(limit: float) -> float:
    """The run between false alarms that a limit stands for, the baseline known (the design value)."""
    return ewma_one_sided(WEIGHT, limit)
