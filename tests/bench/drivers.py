"""How often intervals of drivers hold the truth, over whole demonstration operators: ``python -m tests.bench.drivers [SEED …]``.

Answers and readings are drawn by the demonstration's own generator and handed to the product's own functions; true effects are
those it writes down. Slopes of perceptions are held against those of a million customers who answer by the same rules, for what
customers say of two things goes together by their mood too.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from etl.demo import generate, readings, survey, truth
from etl.demo.chain import (
    BROADBAND_ONLY,
    BUSINESSES,
    ITEM,
    ITEMS,
    LEVEL,
    MOBILE_ONLY,
    MODES,
    OUTCOMES,
    PERCEPTIONS,
    PROCESSES,
    SCORE_SD,
    SEGMENTS,
    answered_by,
)
from etl.demo.dates import dates
from etl.demo.truth import Scene
from etl.domain import driver, driver_areas, driver_pairs, driver_panel
from etl.domain.driver_areas import LAGS, Effect, Months, Places

UNTIL = date(2026, 11, 18)
READ = [process for process in PROCESSES if process.volume]  # complaints' own rates are read from complaints
HOME = {"bb_fault_response", "bb_repair_urban", "bb_repair_rural", "install_on_time"}
CUSTOMERS = 1_000_000


def drawn(seed: int) -> tuple[Scene, dict[str, np.ndarray], driver_pairs.PairSums]:
    """Sums of answers and readings by county and month and by grid, and pair sums of the answers, of complete months."""
    calendar = dates(UNTIL)
    scene, _ = generate._scene(calendar, seed)
    tree, plan = scene.tree, survey.survey_plan(scene, "small", generate._rng(seed, "plan"))
    months = len(calendar.months) - 1
    sums = {name: np.zeros((len(ITEMS), tree.counties, months)) for name in ("x", "n")}
    sums |= {name: np.zeros((len(ITEMS), len(tree.leaf_codes))) for name in ("leaf_x", "leaf_n")}
    sums |= {name: np.zeros((len(READ), tree.counties, months)) for name in ("numerator", "denominator")}
    sums |= {name: np.zeros((len(READ), len(tree.leaf_codes))) for name in ("leaf_numerator", "leaf_denominator")}
    pairs = driver_pairs.PairSums.empty(tree.counties, len(ITEMS))
    for month in range(months):
        _answers(scene, plan, month, seed, sums, pairs)
        _readings(scene, month, seed, sums)
    return scene, sums, pairs


def _answers(scene: Scene, plan: survey.SurveyPlan, month: int, seed: int, sums: dict[str, np.ndarray],
             pairs: driver_pairs.PairSums) -> None:  # fmt: skip
    rng = generate._rng(seed, "survey", month)
    who = survey.draw(scene, plan, month, rng)
    scores = (survey.discretise(survey.latent_scores(scene, who, month, rng)).astype(float) - 1) / 9 * 100
    asked = survey.was_asked(who, rng) & who.own
    county = scene.tree.county_of[who.leaf, month]
    for item in range(len(ITEMS)):
        there = asked[item]
        for name, at, size in (("", county, scene.tree.counties), ("leaf_", who.leaf, len(scene.tree.leaf_codes))):
            x = np.bincount(at[there], scores[item, there], size)
            n = np.bincount(at[there], minlength=size)
            sums[f"{name}x"][item] += x if name else _column(x, month, sums["x"].shape[2])
            sums[f"{name}n"][item] += n if name else _column(n, month, sums["x"].shape[2])
    kinds = np.column_stack([who.mode[:, None] == range(1, len(MODES)), who.segment[:, None] == range(1, len(SEGMENTS)),
                             who.business[:, None] == range(1, len(BUSINESSES)), (who.business == 0) & who.five_g])  # fmt: skip
    values = np.where(asked, scores, np.nan).T[who.own]
    pairs.add(driver_pairs.adjusted(values, kinds[who.own].astype(float)), county[who.own], np.arange(scene.tree.counties))


def _column(values: np.ndarray, month: int, months: int) -> np.ndarray:
    return values[:, None] * (np.arange(months) == month)


def _readings(scene: Scene, month: int, seed: int, sums: dict[str, np.ndarray]) -> None:
    tree, rng = scene.tree, generate._rng(seed, "readings", month)
    places = {code: at for at, code in enumerate(tree.leaf_codes)}
    counties = {code: at for at, code in enumerate(tree.county_codes)}
    cities = {code: np.flatnonzero(tree.city_of == at) for at, code in enumerate(tree.city_codes)}
    number = {process.code: at for at, process in enumerate(READ)}
    for rows in (readings.network, readings.companies, readings.hotline):
        grouped = rows(scene, month, rng).group_by("area_code", "indicator").agg(pl.sum("numerator"), pl.sum("denominator"))
        for row in grouped.iter_rows(named=True):
            at, code = number[row["indicator"]], row["area_code"]
            where = tree.county_of[places[code], month] if code in places else counties.get(code, cities.get(code))
            for name in ("numerator", "denominator"):
                sums[name][at, where, month] += row[name]
                if code in places:
                    sums[f"leaf_{name}"][at, places[code]] += row[name]


def by_area(scene: Scene, sums: dict[str, np.ndarray]) -> Iterator[tuple[str, str, str, Effect, bool]]:
    """Target, driver, where it is measured, the evidence shown first and whether it is called proven."""
    factor = np.array([process.factor for process in READ])
    with np.errstate(divide="ignore", invalid="ignore"):
        x = sums["numerator"] / sums["denominator"] * factor[:, None, None]
        fine = sums["leaf_numerator"] / sums["leaf_denominator"] * factor[:, None]
        y, leaf_y = sums["x"] / sums["n"], sums["leaf_x"] / sums["leaf_n"]
    home = np.where(scene.tree.county_of >= 0, scene.tree.county_of, -1).max(axis=1)
    for item, at in ITEM.items():
        fits = [i for i, process in enumerate(READ) if _fits(process.code, item)]
        coarse = np.array([READ[i].unit == "city" for i in fits])
        months = Months(y[at][:, LAGS:], sums["n"][at][:, LAGS:], x[fits], scene.tree.city_of, coarse)
        found = driver_areas.by_months(months, np.random.default_rng(1), draws=20)
        grids = [i for i in fits if READ[i].unit == "grid"]
        found = [one for one in found if one.evidence == "panel" or fits[one.driver] not in grids]
        found = [Effect(**{**vars(one), "driver": fits[one.driver]}) for one in found]
        if grids:
            places = Places(leaf_y[at], sums["leaf_n"][at], fine[grids], home, scene.tree.urban[:, None].astype(float), SCORE_SD**2)
            found += [Effect(**{**vars(one), "driver": grids[one.driver]})
                      for one in driver_areas.by_places(places, np.random.default_rng(1), draws=20)]  # fmt: skip
        first = driver_areas.chosen(found)
        holds = driver_panel.proven([one.p for one in first.values()])
        for one, proven in zip(first.values(), holds, strict=True):
            yield item, READ[one.driver].code, READ[one.driver].unit, one, bool(proven)


def _fits(code: str, item: str) -> bool:
    mobile = next(process.unit for process in READ if process.code == code) == "grid"
    return not (code in HOME and item in MOBILE_ONLY) and not (mobile and item in BROADBAND_ONLY)


def population(items: list[int]) -> np.ndarray:
    """Slopes of the first item on the others among a million customers at the usual levels, mood and all."""
    rng = np.random.default_rng(99)
    noise = survey._noise(CUSTOMERS, rng)
    scores = (survey.discretise(LEVEL[:, None] + noise).astype(float) - 1) / 9 * 100
    return np.asarray(driver.slopes(np.cov(scores[items])))


def individual(pairs: driver_pairs.PairSums) -> Iterator[tuple[str, str, bool]]:
    for outcome in OUTCOMES:
        wanted = [ITEM[name] for name in PERCEPTIONS if set(answered_by(name)) & set(answered_by(outcome))]
        narrow = pairs.of([ITEM[outcome], *wanted])
        chosen = driver_pairs.together(narrow)
        found = driver_pairs.weigh(narrow.of([0, *chosen]), np.random.default_rng(1), draws=200)
        used = [wanted[one - 1] for one in chosen]
        for at, true in enumerate(population([ITEM[outcome], *used])):
            yield outcome, ITEMS[used[at]], bool(found.low[at] <= true <= found.high[at])


def main(seeds: list[int]) -> None:
    """Coverage over all seeds, by where the driver is measured and whether there is an effect."""
    inside: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for seed in seeds:
        began = time.monotonic()
        scene, sums, pairs = drawn(seed)
        true = {(one["cause"], one["on"]): one["score_per_unit"] for one in truth.effects(scene)}
        for item, code, unit, one, proven in by_area(scene, sums):
            effect = true.get((code, item), 0.0)
            inside[unit, "real" if effect else "absent"].append((one.low <= effect <= one.high, proven))
        for _, _, holds in individual(pairs):
            inside["customer", "real"].append((holds, True))
        print(f"seed {seed}: {time.monotonic() - began:.0f} s", flush=True)
    for (unit, kind), found in sorted(inside.items()):
        holds, proven = np.mean(found, axis=0)
        print(f"{unit:9} {kind:7} {len(found):5} intervals, {100 * holds:5.1f} % hold the truth, {100 * proven:5.1f} % called proven")
    every = [one for found in inside.values() for one in found]
    print(f"all {len(every)} intervals: {100 * np.mean([one[0] for one in every]):.1f} %")


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]] or [1, 2, 3, 4])
