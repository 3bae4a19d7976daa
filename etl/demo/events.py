"""What is planted in the demonstration, drawn from the seed and written down in the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etl.demo.chain import ITEM, OUTCOMES, PROCESS, total_effect
from etl.demo.dates import LEAD_WEEKS, Dates
from etl.demo.expectation import shift_for
from etl.demo.tree import Tree

COUNTY_FALLS, NETWORK_COUNTY_FALLS = 36, 14
GRID_FALLS, NETWORK_GRID_FALLS = 72, 24
COUNTY_FALL, GRID_FALL = (3.6, 7.2), (8.0, 14.0)  # points of the expected score
NETWORK_LAG = 2  # weeks from the network's degrading to the customer's verdict
QUIET_WEEKS = 17  # at the beginning, so that there is something to compare with
SHORTEST, LONGEST = 8, 30  # weeks of a fall
RUNNING_COUNTY, RUNNING_GRID = 9, 18  # falls that began lately and still last
LOOPS = 8
LOOP_RESOLUTION, LOOP_REPEAT = -26.0, 4.0  # points of the resolution rate; times the usual share of repeats
TARIFF_MONTHS_AGO, TARIFF_SEGMENT = 7, "elderly"
TARIFF_EFFECTS = {"plan_fit": -9.0, "tariff": -4.0}  # latent; the chain passes the first on
MODE_COUNTIES, MODE_MONTHS = 6, 4
SHIFTED_MODES = (0.12, 0.66, 0.12, 0.10)
BRAND_COUNTIES, BRAND_MONTHS, BRAND_FACTOR = 5, 4, 3.5
LATE_COUNTIES, LATE_DAYS = 3, 5

# The network degrades in all its counters at once: the change that counts as "one".
DEGRADATION = {"coverage_rate": -3.0, "prb_use": 12.0, "user_rate": -8.0, "connection_rate": -0.4, "drop_rate": 0.3}


@dataclass(frozen=True)
class Fall:
    """A planted fall: of one outcome (and, through the chain, of others when the network caused it)."""

    level: str
    unit: int  # county or leaf
    item: str
    start: int  # week of the first effect on customers
    end: int  # the first week without it
    points: float  # planned, of the expected score
    latent: float  # how far the latent mean falls
    network: bool


@dataclass(frozen=True)
class Loop:
    """Complaints of a county that are closed in time but not resolved, and come again."""

    county: int
    start: int
    end: int


@dataclass
class Plan:
    """All planted events. Months and weeks are numbers of the calendar; counties numbers of the tree."""

    falls: list[Fall] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    tariff_month: int = 0
    mode_counties: NDArray[np.int64] = field(default_factory=lambda: np.array([], int))
    mode_month: int = 0
    brand_counties: NDArray[np.int64] = field(default_factory=lambda: np.array([], int))
    brand_month: int = 0
    late_counties: NDArray[np.int64] = field(default_factory=lambda: np.array([], int))


def plan(tree: Tree, dates: Dates, usual: NDArray[np.floating], rng: np.random.Generator) -> Plan:
    """Draw the events. ``usual``: latent means without events, [item, leaf, week]."""
    months = len(dates.months)
    counties = rng.permutation(tree.counties)
    out = Plan(tariff_month=months - TARIFF_MONTHS_AGO, mode_month=months - MODE_MONTHS, brand_month=months - BRAND_MONTHS)
    cut = np.cumsum([COUNTY_FALLS, LOOPS, MODE_COUNTIES, BRAND_COUNTIES, LATE_COUNTIES])
    hit, loops, out.mode_counties, out.brand_counties, out.late_counties = np.split(counties[: cut[-1]], cut[:-1])
    used = set(hit.tolist())
    for number, county in enumerate(hit):
        where = tree.county_of[:, 0] == county
        out.falls.append(_fall("county", int(county), number, usual[:, where].mean(axis=1), dates, rng))
    leaves = [i for i in range(3000) if tree.county_of[i, 0] not in used and i not in set(tree.changed.tolist())]
    for number, leaf in enumerate(rng.choice(leaves, GRID_FALLS, replace=False)):
        out.falls.append(_fall("grid", int(leaf), number, usual[:, leaf], dates, rng))
    for number, county in enumerate(loops):
        start, end = _span(dates, rng, running=number < 3)
        out.loops.append(Loop(int(county), start, end))
    return out


def _span(dates: Dates, rng: np.random.Generator, running: bool) -> tuple[int, int]:
    """First week and the week after the last."""
    if running:
        return int(dates.weeks - rng.integers(6, 14)), dates.weeks
    start = int(rng.integers(LEAD_WEEKS + QUIET_WEEKS, dates.weeks - SHORTEST - 6))
    return start, min(start + int(rng.integers(SHORTEST, LONGEST)), dates.weeks)


def _fall(level: str, unit: int, number: int, usual: NDArray[np.floating], dates: Dates, rng: np.random.Generator) -> Fall:
    """The ``number``-th fall of a level; ``usual`` is [item, week] of the area."""
    county = level == "county"
    network = number < (NETWORK_COUNTY_FALLS if county else NETWORK_GRID_FALLS)
    # every other one of the first keeps both causes among the falls that still last
    running = number % 4 == 0 and number // 4 < (RUNNING_COUNTY if county else RUNNING_GRID)
    item = str(rng.choice(["mobile_network", "mobile_data"] if network else OUTCOMES))
    start, end = _span(dates, rng, running)
    low, high = COUNTY_FALL if county else GRID_FALL
    points = float(rng.uniform(low, high))
    return Fall(
        level, unit, item, start, end, points, shift_for(item, float(usual[ITEM[item], start:end].mean()), points), network
    )


def degrade(
    process: dict[str, NDArray[np.float64]], tree: Tree, dates: Dates, falls: Sequence[Fall]
) -> dict[str, NDArray[np.float64]]:
    """The grids' network counters with the degrading behind the falls that the network caused."""
    out = {code: values.copy() if code in DEGRADATION else values for code, values in process.items()}
    for fall in (fall for fall in falls if fall.network):
        times = fall.latent / -sum(total_effect(code, fall.item) * change for code, change in DEGRADATION.items())
        where = members(tree, dates, fall)
        for code, change in DEGRADATION.items():
            spec = PROCESS[code]
            weeks = slice(fall.start - spec.lag, fall.end - spec.lag)
            out[code][where, weeks] = np.clip(out[code][where, weeks] + times * change, spec.low, spec.high)
    return out


def members(tree: Tree, dates: Dates, fall: Fall) -> NDArray[np.int64]:
    """The leaves a fall is felt in (a county's by its tree at the fall's beginning)."""
    if fall.level == "grid":
        return np.array([fall.unit])
    month = int(dates.month_of_week()[fall.start])
    return np.flatnonzero((tree.county_of == fall.unit).any(axis=1) & ((tree.county_of[:, month:] == fall.unit).any(axis=1)))


def shift_latent(latent: NDArray[np.float32], tree: Tree, dates: Dates, falls: Sequence[Fall]) -> None:
    """Lower the latent means, in place, by the falls the network did not cause."""
    for fall in (fall for fall in falls if not fall.network):
        latent[ITEM[fall.item], members(tree, dates, fall), fall.start : fall.end] -= fall.latent


def record(plan: Plan, tree: Tree, dates: Dates) -> list[dict[str, Any]]:
    """The events as the truth file names them (falls get their realised size there)."""
    out = [_record_fall(fall, tree, dates) for fall in plan.falls]
    for loop in plan.loops:
        out.append({"kind": "failing_loop", "areas": [tree.county_codes[loop.county]], "start": str(dates.monday(loop.start)),
                    "end": _end(dates, loop.end), "resolution_points": LOOP_RESOLUTION,
                    "repeat_factor": LOOP_REPEAT})  # fmt: skip
    codes = np.array(tree.county_codes)
    for kind, month, counties in (("mode_mix_shift", plan.mode_month, plan.mode_counties),
                                  ("brand_mix_shift", plan.brand_month, plan.brand_counties)):  # fmt: skip
        out.append({"kind": kind, "areas": codes[counties].tolist(), "start": str(dates.months[month]), "end": None})
    changed = dates.monday(dates.week_of(dates.months[plan.tariff_month]))
    out.append({"kind": "tariff_change", "areas": [tree.province], "segment": TARIFF_SEGMENT, "start": str(changed),
                "end": None, "latent_effects": TARIFF_EFFECTS})  # fmt: skip
    first = dates.days(len(dates.months) - 1)[-LATE_DAYS:][0]
    out.append({"kind": "late_feed", "areas": codes[plan.late_counties].tolist(), "start": str(first), "end": str(dates.until)})
    return out + [
        {"kind": f"area_{change['kind']}", "areas": change["to"], "start": change["day"], **change} for change in tree.changes
    ]


def _end(dates: Dates, week: int) -> str | None:
    return None if week >= dates.weeks else str(dates.monday(week))


def _record_fall(fall: Fall, tree: Tree, dates: Dates) -> dict[str, Any]:
    codes = tree.county_codes if fall.level == "county" else tree.leaf_codes
    cause = {"cause": "network", "cause_start": str(dates.monday(fall.start - NETWORK_LAG)), "lag_weeks": NETWORK_LAG,
             "indicators": list(DEGRADATION)} if fall.network else {"cause": "other"}  # fmt: skip
    return {"kind": f"{fall.level}_fall", "areas": [codes[fall.unit]], "indicator": fall.item, "end": _end(dates, fall.end),
            "start": str(dates.monday(fall.start)), "planned_points": round(fall.points, 2), **cause}  # fmt: skip
