"""Evidence by area: levels, gaps, business of the evidence, and which is shown first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from etl.domain import driver_areas
from etl.domain.driver_areas import LAGS, Effect, Months, Places

AREAS, TIMES = 45, 15


def months(seed: int = 1, coloured: float = 0.0, within: float = 1.0) -> Months:
    """Three drivers: one of 0.8, one of nothing, one measured by parent of -0.5; ``coloured``: what lasts in an area goes with
    the first driver though it is no effect of it; ``within``: how far they move from month to month."""
    rng = np.random.default_rng(seed)
    parent = np.arange(AREAS) % 15
    x = within * rng.standard_normal((3, AREAS, TIMES + LAGS)) + 2 * rng.standard_normal((3, AREAS, 1))
    x[2] = x[2][parent]
    lasting = rng.standard_normal((AREAS, 1)) + coloured * x[0].mean(axis=1, keepdims=True)
    y = 80 + 0.8 * x[0, :, LAGS:] - 0.5 * x[2, :, LAGS:] + lasting + rng.standard_normal(TIMES)
    return Months(y + 0.5 * rng.standard_normal(y.shape), np.full(y.shape, 20.0), x, parent, np.array([False, False, True]))


def found(given: Months) -> dict[tuple[int, str], Effect]:
    return {(one.driver, one.evidence): one for one in driver_areas.by_months(given, np.random.default_rng(1), draws=50)}


def test_both_kinds_of_evidence_find_the_effect() -> None:
    effects = found(months())
    assert set(effects) == {(0, "panel"), (1, "panel"), (2, "panel"), (0, "mixed"), (1, "mixed")}  # the coarse one by panel only
    for evidence in ("panel", "mixed"):
        assert effects[0, evidence].low < 0.8 < effects[0, evidence].high
        assert effects[1, evidence].low < 0.0 < effects[1, evidence].high
    assert effects[2, "panel"].clusters == 15 and effects[0, "panel"].clusters == AREAS
    assert effects[0, "panel"].lag == 0 and sum(effects[0, "panel"].lags) == pytest.approx(effects[0, "panel"].slope)
    assert effects[0, "mixed"].share and effects[0, "mixed"].share[0] > effects[1, "mixed"].share[0]


def test_a_mixed_slope_that_the_panel_contradicts_is_not_shown_first() -> None:
    """What lasts in an area colours the comparison of areas with each other; the area compared with itself shows it."""
    effects = found(months(coloured=2.0, within=0.2))
    assert effects[0, "mixed"].low > 0.8
    assert driver_areas.chosen(list(effects.values()))[0].evidence == "panel"
    assert driver_areas.chosen(list(found(months(within=0.2)).values()))[0].evidence == "mixed"  # the more precise one
    assert driver_areas.chosen(list(found(months()).values()))[0].evidence == "panel"


def test_gaps_say_nothing() -> None:
    given = months()
    holes = given.x.copy()
    holes[0][np.random.default_rng(2).random(holes[0].shape) < 0.1] = np.nan
    assert found(replace(given, x=holes))[0, "panel"].slope == pytest.approx(0.8, abs=0.15)
    holes[1, :, LAGS : LAGS + 6] = np.nan  # too few readings: left out
    assert {driver for driver, _ in found(replace(given, x=holes))} == {0, 2}


def test_months_before_the_data_begin_are_not_made_up() -> None:
    given = months()
    late = given.x.copy()
    late[:, :, :LAGS] = np.nan
    effects = found(replace(given, x=late))
    assert effects[0, "panel"].n == AREAS * (TIMES - LAGS)
    assert effects[0, "panel"].low < 0.8 < effects[0, "panel"].high


def test_too_little_is_not_estimated() -> None:
    given = months()
    few = replace(given, y=np.where(np.arange(AREAS)[:, None] < 3, given.y, np.nan))
    assert found(few) == {}
    assert found(replace(given, x=np.full_like(given.x, np.nan))) == {}


def test_grids_of_one_county_are_compared() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(40), 20)
    urban = (rng.random(800) < 0.5).astype(float)
    x = np.stack([rng.standard_normal(800) + 3 * urban, rng.standard_normal(800)])
    n = rng.integers(3, 40, 800).astype(float)
    y = 0.6 * x[0] + 5 * urban + rng.standard_normal(40)[group] * 2 + rng.standard_normal(800) * (1 + 400 / n) ** 0.5
    places = Places(y, n, x, group, urban[:, None], 400.0)
    effects = driver_areas.by_places(places, np.random.default_rng(1), draws=50)
    assert [one.evidence for one in effects] == ["mixed", "mixed"]
    assert effects[0].low < 0.6 < effects[0].high and effects[1].low < 0 < effects[1].high
    assert driver_areas.by_places(replace(places, group=group % 5), np.random.default_rng(1)) == []
