"""Process readings of the demonstration: grids' network counters, cities' hotline, companies' other indicators."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.demo.chain import COUNTY, HOTLINE, NETWORK, PROCESS, Process
from etl.demo.dates import holiday
from etl.demo.truth import Scene

WEEKLY_MONTHS = 13  # the latest months whose network counters come weekly; before, monthly
HOURLY_DAYS = 28  # the latest days whose hotline readings come hourly; before, daily
WEEKDAY_CALLS = np.array([1.25, 1.12, 1.05, 1.0, 1.02, 0.82, 0.74])
WEEKDAY_WAIT = np.array([1.18, 1.06, 1.0, 0.97, 1.0, 0.92, 0.87])  # times the usual; weighted by the calls about 1
HOUR_CALLS = np.array([5, 3, 2, 2, 2, 3, 8, 20, 55, 85, 92, 80, 58, 60, 75, 80, 78, 72, 60, 62, 64, 50, 28, 12], float)
SPREAD = 0.6  # of one case's seconds, minutes or hours, relative to the mean
BUSY_HOUR = 0.35  # how much of the wait follows the hour's load
HOURLY_LOAD = {"hotline_wait", "seat_load"}


def network(scene: Scene, month: int, rng: np.random.Generator) -> pl.DataFrame:
    """The grids' readings of the month: each week that begins in it, or one for all of it in the older months."""
    dates, tree = scene.dates, scene.tree
    starts = dates.weeks_from(month)
    weekly = month >= len(dates.months) - WEEKLY_MONTHS
    leaves, out = np.flatnonzero(tree.alive(month)), []
    for code in NETWORK:
        values = scene.world.process[code][leaves][:, starts]
        values = values if weekly else values.mean(axis=1, keepdims=True)
        weeks = 1 if weekly else len(starts)
        volume = PROCESS[code].volume * weeks * tree.residents[leaves, month][:, None] / 1e4 * np.ones_like(values)
        days = [dates.monday(week) for week in starts] if weekly else [dates.months[month]]
        out.append(_frame(PROCESS[code], values, volume, np.array(days, "datetime64[s]"), np.array(tree.leaf_codes)[leaves], rng))
    frame = pl.concat(out)
    return frame.with_columns(cell=pl.format("C{}", "area_code"))


def companies(scene: Scene, month: int, rng: np.random.Generator) -> pl.DataFrame:
    """The county companies' readings of each week that begins in the month; late ones miss the last week."""
    dates, tree = scene.dates, scene.tree
    weeks = dates.weeks_from(month)
    alive = tree.alive(month)
    people = np.bincount(tree.county_of[alive, month], tree.residents[alive, month], tree.counties)
    out = []
    for code in COUNTY:
        values = scene.world.process[code][:, weeks]
        volume = PROCESS[code].volume * people[:, None] / 1e4 * np.ones_like(values)
        days = np.array([dates.monday(week) for week in weeks], "datetime64[s]")
        out.append(_frame(PROCESS[code], values, volume, days, np.array(tree.county_codes), rng))
    frame = pl.concat(out)
    missing = [tree.county_codes[i] for i in scene.world.events.late_counties]
    return frame.filter(~(pl.col("area_code").is_in(missing) & (pl.col("at") >= dates.monday(dates.weeks - 1))))


def hotline(scene: Scene, month: int, rng: np.random.Generator) -> pl.DataFrame:
    """The cities' hotline readings of the month's days, by the hour in the latest weeks; each names its team."""
    dates, tree = scene.dates, scene.tree
    home = tree.city_of[np.maximum(tree.county_of[:, month], 0)]
    people = np.bincount(home, tree.residents[:, month], len(tree.city_codes))
    days = dates.days(month)
    recent = [day > dates.until - timedelta(days=HOURLY_DAYS) for day in days]
    out = []
    for hourly in (False, True):
        chosen = [day for day, late in zip(days, recent, strict=True) if late == hourly]
        for code in HOTLINE if chosen else ():
            values, volume, at = _rhythm(scene, PROCESS[code], chosen, people, hourly)
            out.append(_frame(PROCESS[code], values, volume, at, np.array(tree.city_codes), rng))
    return pl.concat(out).with_columns(touchpoint_code=pl.format("R-{}", "area_code"))


def _rhythm(scene: Scene, spec: Process, days: list[date], people: NDArray[Any],
            hourly: bool) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.datetime64]]:  # fmt: skip
    """Values and volumes [city, time] with the week's and the day's rhythm."""
    weeks = [scene.dates.week_of(day) for day in days]
    weekday = np.array([day.weekday() for day in days])
    calls = WEEKDAY_CALLS[weekday] / 7 * np.array([0.6 if holiday(day) else 1.0 for day in days])
    values = scene.world.process[spec.code][:, weeks]
    if spec.code in HOURLY_LOAD:
        values = values * WEEKDAY_WAIT[weekday]
    volume = spec.volume * people[:, None] / 1e4 * calls
    at = np.array(days, "datetime64[s]")
    if hourly:
        share, load = HOUR_CALLS / HOUR_CALLS.sum(), HOUR_CALLS / np.average(HOUR_CALLS, weights=HOUR_CALLS)
        factor = 1 + BUSY_HOUR * (load - 1) if spec.code in HOURLY_LOAD else np.ones(24)
        values, volume = (
            (values[:, :, None] * factor).reshape(len(people), -1),
            (volume[:, :, None] * share).reshape(len(people), -1),
        )
        at = (at[:, None] + np.arange(24).astype("timedelta64[h]").astype("timedelta64[s]")).ravel()
    return np.clip(values, spec.low, spec.high), volume, at


def _frame(spec: Process, values: NDArray[np.float64], volume: NDArray[np.float64], at: NDArray[np.datetime64],
           codes: NDArray[np.str_], rng: np.random.Generator) -> pl.DataFrame:  # fmt: skip
    """Rows of one indicator; [unit, time] values become a counted numerator and denominator."""
    cases = np.maximum(rng.poisson(volume), 1)
    if spec.share:
        numerator = rng.binomial(cases, np.clip(values / spec.factor, 0, 1)).astype(float)
    else:
        noise = rng.standard_normal(values.shape) * SPREAD / np.sqrt(cases)
        numerator = np.round(values / spec.factor * cases * np.maximum(1 + noise, 0.1), 2)
    blank = pl.lit(None, pl.String)
    return pl.DataFrame({
        "at": np.tile(at.astype("datetime64[ms]"), len(codes)), "area_code": np.repeat(codes, len(at)),
        "numerator": numerator.ravel(), "denominator": cases.ravel().astype(float),
    }).with_columns(indicator=pl.lit(spec.code), cell=blank, touchpoint_code=blank)  # fmt: skip
