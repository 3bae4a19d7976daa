"""Signals, places and episodes on series whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from etl.domain.area import Level
from etl.domain.detect import Series, baseline, scan
from etl.domain.episode import State, Told
from etl.domain.run_length import resting_below
from etl.domain.watch import Rule, Watched, watch
from tests.etl.domain.test_detect import counties, lowered, world

SINCE = 20


def watched(series: Series, rule: Rule | None = None) -> Watched:
    return watch(series, scan(series, baseline(series)), rule)


def test_two_counties_that_pull_a_city_down_are_two_counties() -> None:
    right = 0
    for seed in range(3, 13):
        series = world(seed, cities=7, counties=28, n=600)  # four counties a city
        pair = np.flatnonzero(series.parent == 1)[:2]
        seen = watched(lowered(series, pair, SINCE, 8))
        by_area = {one.area: one for one in seen.episodes if one.opened >= SINCE}
        assert set(pair.tolist()) <= set(by_area)
        assert by_area[int(pair[0])].placed == (int(pair[0]),)
        right += 1 not in by_area or by_area[1].placed == tuple(pair.tolist())  # the city's own alert names them
    assert right >= 7  # in the first month one of the two may not yet show


def test_a_city_that_falls_as_a_whole_is_the_city() -> None:
    right = 0
    for seed in range(3, 13):
        series = world(seed, cities=7, counties=28, n=600)
        seen = watched(lowered(series, np.flatnonzero(series.parent == 1), SINCE, 6))
        right += (1, (1,)) in {(one.area, one.placed) for one in seen.episodes if one.opened >= SINCE}
    assert right >= 9


def test_what_does_not_matter_is_no_alert_however_sure() -> None:
    series = world(4, n=20000)
    target = int(counties(series)[3])
    slight = lowered(series, np.array([target]), SINCE, 1.5)
    still = watch(slight, scan(slight, replace(baseline(slight), phi2=np.full(slight.level.size, 0.01))))
    assert not still.signal[target].any()


def test_a_missing_county_is_no_data_and_closes_nothing() -> None:
    series = world(5)
    target = int(counties(series)[0])
    fallen = lowered(series, np.array([target]), SINCE, 9)
    value = fallen.value.copy()
    value[target, SINCE + 4 : SINCE + 9] = np.nan
    seen = watched(replace(fallen, value=value))
    assert set(seen.state[target, SINCE + 4 : SINCE + 9]) == {State.NO_DATA}
    mine = [one for one in seen.episodes if one.area == target and one.opened >= SINCE]
    assert len(mine) == 1 and mine[0].closed is None and mine[0].told[0][1] is Told.FIRED


def test_an_episode_closes_when_the_score_is_back() -> None:
    series = world(6, periods=60)
    target = int(counties(series)[1])
    value = series.value.copy()
    value[target, SINCE : SINCE + 8] -= 9
    seen = watched(replace(series, value=value))
    mine = [one for one in seen.episodes if one.area == target and one.opened >= SINCE]
    assert [what for _, what in mine[0].told][-1] is Told.RECOVERED
    assert mine[0].closed is not None and SINCE + 8 < mine[0].closed < SINCE + 24


def grids(seed: int, count: int = 600, n: int = 11, fallen: int = 0) -> Series:
    rng = np.random.default_rng(seed)
    parent = np.array([-1, *[0] * 20, *[1 + at % 20 for at in range(count)]])
    level = np.array([Level.CITY, *[Level.COUNTY] * 20, *[Level.GRID] * count], np.int64)
    true = np.where(level == Level.GRID, 80 + rng.normal(0, 2, level.size), 80)
    n_eff = np.where((level == Level.GRID)[:, None], rng.poisson(n, (level.size, 30)), 0).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = true[:, None] + np.where(n_eff > 0, rng.normal(0, 20, n_eff.shape) / np.sqrt(n_eff), np.nan)
    value[21 : 21 + fallen, 14:] -= 15
    for area in range(20, -1, -1):
        below = series_below(parent, area)
        n_eff[area] = n_eff[below].sum(axis=0)
        value[area] = np.nansum(n_eff[below] * value[below], axis=0) / np.maximum(n_eff[area], 1)
    return Series(value, n_eff, np.full(value.shape, 20.0), parent, level)


def series_below(parent: np.ndarray, area: int) -> np.ndarray:
    return np.flatnonzero(parent == area)


def test_of_the_grids_that_signal_few_are_false() -> None:
    false = true = 0
    for seed in range(4):
        series = grids(seed, fallen=30)
        signal = watched(series).signal[:, 20:24]
        true += int(signal[21:51].sum())
        false += int(signal[51:].sum())
    assert true > 100
    assert false / (true + false) < 0.2  # 0.1 by design


def test_too_few_answers_are_not_judged() -> None:
    seen = watched(grids(1, count=60, n=2))
    assert State.TOO_FEW in set(seen.state[30, 12:])
    assert not seen.signal[21:].any()


def test_the_resting_chart_against_a_simulation() -> None:
    rng, e = np.random.default_rng(1), np.zeros(200_000)
    for _ in range(60):
        e = np.minimum(0, 0.8 * e + 0.2 * rng.standard_normal(e.size))
    s = e / np.sqrt(0.2 / 1.8)
    for depth in (0.01, 0.5, 1, 2, 2.76):
        assert resting_below(0.2, -depth) == pytest.approx((s <= -depth).mean(), rel=0.06)
    assert np.isnan(resting_below(0.2, np.nan)) and resting_below(0.2, 0) == 1
