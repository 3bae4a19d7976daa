"""The hidden state of the demonstration: process values and latent mean scores by week, with and without the events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from etl.demo.chain import (
    ITEM,
    ITEMS,
    LEVEL,
    ONLY_RURAL,
    ONLY_URBAN,
    OUTCOMES,
    PERCEPTION_EFFECTS,
    PERCEPTIONS,
    PROCESS,
    PROCESS_EFFECTS,
    PROCESSES,
    RIVAL_LEVEL,
    SEGMENTS,
    Process,
)
from etl.demo.dates import SPRING_FESTIVALS, Dates
from etl.demo.events import LOOP_RESOLUTION, TARIFF_EFFECTS, TARIFF_SEGMENT, Plan, degrade, plan, shift_latent
from etl.demo.tree import Tree

CITY_SD, COUNTY_SD, LEAF_SD = 1.9, 1.5, 2.0  # of lasting differences between areas, latent points
ALIKE = 0.6  # how much of an area's difference all its items share
PROVINCE_WEEK_SD, COUNTY_WEEK_SD, MEMORY = 0.35, 0.8, 0.85
TREND = 1.5  # points from the first to the last week
FESTIVAL_DIP = -1.2  # of the network's items, when everybody is travelling
URBAN_SHIFT = {"coverage_rate": 1.1, "prb_use": 4.0, "user_rate": 1.0}  # of urban grids; rural ones as much below


@dataclass
class World:
    """``process`` by indicator [unit, week]; latent means [item, leaf, week]; segment shifts [item, segment, week]."""

    process: dict[str, NDArray[np.float64]]
    latent: NDArray[np.float32]
    usual: NDArray[np.float32]  # without the events
    usual_resolution: NDArray[np.float64]
    rival: NDArray[np.float32]
    segment_shift: NDArray[np.float64]
    events: Plan


def world(tree: Tree, dates: Dates, rng: np.random.Generator) -> World:
    """Draw the state and plant the events in it."""
    county = county_by_week(tree, dates)
    process = {spec.code: _values(spec, tree, dates, rng) for spec in PROCESSES}
    own = _areas(tree, county, rng, LEVEL) + _weeks(tree, county, dates, rng)
    usual = chain(process, tree, county, own)
    events = plan(tree, dates, usual, rng)
    changed = degrade(process, tree, dates, events.falls)
    changed["complaint_resolution"] = process["complaint_resolution"].copy()
    for loop in events.loops:
        changed["complaint_resolution"][loop.county, loop.start : loop.end] += LOOP_RESOLUTION
    latent = chain(changed, tree, county, own)
    shift_latent(latent, tree, dates, events.falls)
    rival = (_areas(tree, county, rng, RIVAL_LEVEL) + _weeks(tree, county, dates, rng)).astype(np.float32)
    return World(changed, latent, usual, process["complaint_resolution"], rival, _segments(dates, events), events)


def county_by_week(tree: Tree, dates: Dates) -> NDArray[np.int64]:
    """[leaf, week]: the leaf's county; where it is not alive, the one it first or last belonged to."""
    first = tree.county_of[tree.origin, 0]
    by_month = np.where(tree.county_of >= 0, tree.county_of, first[:, None])
    return by_month[:, dates.month_of_week()]


def _drift(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float64]:
    """Series of sd 1 along the last axis that remember the week before."""
    steps = rng.standard_normal(shape) * np.sqrt(1 - MEMORY**2)
    steps[..., 0] /= np.sqrt(1 - MEMORY**2)
    return np.asarray(lfilter([1.0], [1.0, -MEMORY], steps, axis=-1))


def _values(spec: Process, tree: Tree, dates: Dates, rng: np.random.Generator) -> NDArray[np.float64]:
    """A process indicator over its units and weeks."""
    city, county = rng.standard_normal(21), rng.standard_normal(tree.counties)
    if spec.unit == "city":
        base = city
    elif spec.unit == "county":
        base = 0.6 * city[tree.city_of] + 0.8 * county
    else:
        leaf = rng.standard_normal(len(tree.leaf_codes))[tree.origin]
        home = tree.county_of[tree.origin, 0]
        base = 0.5 * city[tree.city_of[home]] + 0.5 * county[home] + 0.7 * leaf
    urban = np.where(tree.urban, 1, -1) * URBAN_SHIFT.get(spec.code, 0.0) if spec.unit == "grid" else 0.0
    level = spec.reference + spec.between * base + urban
    season = spec.season * np.sin(2 * np.pi * (_day_of_year(dates) - 120) / 365.25)  # the highest in summer
    values = level[:, None] + season + spec.within * _drift((len(base), dates.weeks), rng)
    if spec.code == "complaint_resolution":
        values = np.clip(values, 55, spec.high)  # a failing loop has room to fall
    return np.clip(values, spec.low, spec.high)


def _day_of_year(dates: Dates) -> NDArray[np.float64]:
    return np.array([dates.monday(week).timetuple().tm_yday for week in range(dates.weeks)], float)


def _areas(tree: Tree, county: NDArray[np.int64], rng: np.random.Generator, level: NDArray[np.float64]) -> NDArray[np.float64]:
    """[item, leaf, 1]: the lasting level of each leaf."""

    def differences(count: int, sd: float) -> NDArray[np.float64]:
        alike, own = rng.standard_normal((1, count)), rng.standard_normal((len(ITEMS), count))
        return np.asarray(sd * (np.sqrt(ALIKE) * alike + np.sqrt(1 - ALIKE) * own))

    home = county[tree.origin, 0]
    city, companies = differences(21, CITY_SD), differences(tree.counties, COUNTY_SD)
    leaves = differences(len(tree.leaf_codes), LEAF_SD)[:, tree.origin]
    return (level[:, None] + city[:, tree.city_of[home]] + companies[:, home] + leaves)[:, :, None]


def _weeks(tree: Tree, county: NDArray[np.int64], dates: Dates, rng: np.random.Generator) -> NDArray[np.float32]:
    """[item, leaf, week]: what moves with time: province, county, trend and the Spring Festival."""
    weeks = dates.weeks
    province = PROVINCE_WEEK_SD * _drift((len(ITEMS), weeks), rng) + np.linspace(0, TREND, weeks)
    for item in ("mobile_network", "mobile_data", "data_speed", "data_stability"):
        province[ITEM[item]] += FESTIVAL_DIP * _festival(dates)
    counties = (COUNTY_WEEK_SD * _drift((len(ITEMS), tree.counties, weeks), rng)).astype(np.float32)
    return (province[:, None, :] + counties[:, county, np.arange(weeks)]).astype(np.float32)


def _festival(dates: Dates) -> NDArray[np.float64]:
    """1 in the weeks of the Spring Festival."""
    weeks = {dates.week_of(day) for day in SPRING_FESTIVALS}
    return np.array([float(week in weeks or week - 1 in weeks) for week in range(dates.weeks)])


def lagged(values: NDArray[np.float64], weeks: int) -> NDArray[np.float64]:
    """The values ``weeks`` earlier; the first ones stand in for what was before."""
    return values[:, np.maximum(np.arange(values.shape[1]) - weeks, 0)]


def chain(
    process: dict[str, NDArray[np.float64]], tree: Tree, county: NDArray[np.int64], own: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Latent means [item, leaf, week] from the process values through the written chain."""
    change = np.zeros(own.shape, np.float32)
    for (code, item), effect in PROCESS_EFFECTS.items():
        change[ITEM[item]] += effect * deviation(process, code, tree, county)
    for (perception, outcome), effect in PERCEPTION_EFFECTS.items():
        change[ITEM[outcome]] += np.float32(effect) * change[ITEM[perception]]
    return change + own.astype(np.float32)


def deviation(process: dict[str, NDArray[np.float64]], code: str, tree: Tree, county: NDArray[np.int64]) -> NDArray[np.float32]:
    """[leaf, week]: the process' lagged distance from its reference, where it matters to the leaf."""
    spec = PROCESS[code]
    past = (lagged(process[code], spec.lag) - spec.reference).astype(np.float32)
    if spec.unit == "grid":
        return past
    unit = county if spec.unit == "county" else tree.city_of[county]
    out = past[unit, np.arange(past.shape[1])]
    if code in ONLY_URBAN | ONLY_RURAL:
        out = out * (tree.urban if code in ONLY_URBAN else ~tree.urban)[:, None]
    return out


def resolved_share(resolution: NDArray[np.float64], county: NDArray[np.int64]) -> NDArray[np.float32]:
    """[leaf, week]: the share of complaints resolved (from the rate in %), as the customers asked then remember it."""
    past = lagged(resolution, PROCESS["complaint_resolution"].lag) / 100
    return past[county, np.arange(past.shape[1])].astype(np.float32)


def _segments(dates: Dates, events: Plan) -> NDArray[np.float64]:
    """[item, segment, week]: what the tariff change does to its segment, the chain included."""
    out = np.zeros((len(ITEMS), len(SEGMENTS), dates.weeks))
    weeks = slice(dates.week_of(dates.months[events.tariff_month]), None)
    for item, effect in TARIFF_EFFECTS.items():
        out[ITEM[item], SEGMENTS.index(TARIFF_SEGMENT), weeks] += effect
        for outcome in OUTCOMES if item in PERCEPTIONS else ():
            through = PERCEPTION_EFFECTS.get((item, outcome), 0.0) * effect
            out[ITEM[outcome], SEGMENTS.index(TARIFF_SEGMENT), weeks] += through
    return out
