"""Panels, mixed models and curves against published figures, dummies by hand, and known truths."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from etl.domain import driver_curve, driver_mixed, driver_panel

FOLDER = Path(os.environ.get("MANYI_REAL_DATA") or Path(__file__).parents[4] / "shared" / "data") / "reference"
needs_records = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the reference data are not here ({FOLDER})")


@needs_records
def test_sleepstudy_as_lme4_has_it() -> None:
    """lme4, Reaction ~ Days + (Days | Subject), REML: Bates et al. (2015), table 1 and the package's documentation."""
    with (FOLDER / "sleepstudy.csv").open() as stream:
        rows = [[float(value) for value in row] for row in list(csv.reader(stream))[1:]]
    reaction, days, subject = np.array(rows).T
    design = np.column_stack([np.ones(len(days)), days])
    found = driver_mixed.fit(reaction, design, design, subject.astype(int))
    assert found.beta == pytest.approx([251.405105, 10.467286], abs=1e-6)
    assert np.diag(found.random) == pytest.approx([612.100, 35.0717], rel=5e-5)
    assert found.residual == pytest.approx(654.940, rel=5e-5)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx([6.825, 1.546], abs=2e-3)  # lme4's standard errors
    assert (found.groups, found.n) == (18, 180)


def panel(seed: int = 3, units: int = 40, times: int = 18) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    unit, time = (axis.ravel() for axis in np.indices((units, times)))
    x = rng.standard_normal((units * times, 2)) + rng.standard_normal(units)[unit, None]
    alike = rng.standard_normal(units)[unit] * 3 + rng.standard_normal(times)[time] * 2
    y = 0.7 * x[:, 0] - 0.2 * x[:, 1] + alike + rng.standard_normal(units * times)
    kept = rng.random(len(y)) < 0.8  # unbalanced
    weight = rng.uniform(0.5, 3.0, len(y))
    return tuple(part[kept] for part in (y, x, unit, time, weight))


def test_two_way_effects_are_those_of_all_dummies() -> None:
    y, x, unit, time, weight = panel()
    found = driver_panel.regress(y, x, unit, time, weight, unit)
    dummies = [(unit[:, None] == np.unique(unit)).astype(float), (time[:, None] == np.unique(time)[1:]).astype(float)]
    root = np.sqrt(weight)[:, None]
    by_hand = np.linalg.lstsq(np.column_stack([x, *dummies]) * root, y * root[:, 0], rcond=None)[0]
    assert found.beta == pytest.approx(by_hand[:2], abs=1e-9)
    assert (found.n, found.clusters) == (len(y), 40)


def test_errors_are_robust_to_what_is_alike_in_a_cluster() -> None:
    """CR3 by hand: the regression again without each cluster."""
    y, x, unit, time, weight = panel()
    found = driver_panel.regress(y, x, unit, time, weight, unit)
    y_left, x_left, _ = driver_panel.fixed_effects(y, x, unit, time, weight)
    without = np.array([np.linalg.lstsq(x_left[unit != one], y_left[unit != one], rcond=None)[0] for one in np.unique(unit)])
    apart = without - found.beta
    assert found.covariance == pytest.approx(39 / 40 * apart.T @ apart, rel=1e-6)


def test_a_driver_that_never_moves_says_nothing() -> None:
    y, x, unit, time, weight = panel()
    still = np.column_stack([x, unit.astype(float)])
    found = driver_panel.regress(y, still, unit, time, weight, unit)
    assert found.kept.tolist() == [True, True, False]
    assert driver_panel.combine(found, [0, 0, 1]).p == 1.0


def test_lags_look_back_and_never_ahead() -> None:
    values = np.arange(8.0).reshape(2, 4)
    found = driver_panel.lagged(values, 2)
    assert found[0, 3].tolist() == [3.0, 2.0, 1.0]
    assert found[1, 0, 0] == 4.0 and np.isnan(found[1, 0, 1:]).all()


def test_lags_add_up_to_the_whole_effect() -> None:
    rng, units, times = np.random.default_rng(8), 120, 30
    x = rng.standard_normal((units, times))
    past = driver_panel.lagged(x, 3)
    y = 0.5 * past[..., 0] + 0.3 * past[..., 1] + rng.standard_normal((units, times)) * 0.5
    rows = np.isfinite(past).all(axis=2)
    unit, time = np.indices((units, times))
    found = driver_panel.regress(y[rows], past[rows], unit[rows], time[rows], np.ones(rows.sum()), unit[rows])
    whole = driver_panel.combine(found, np.ones(4))
    assert whole.low < 0.8 < whole.high and whole.high - whole.low < 0.1


@pytest.mark.parametrize("true", [0.0, 0.6])
def test_intervals_of_a_panel_hold_the_truth_as_often_as_they_say(true: float) -> None:
    """Shocks that last within a unit, which ordinary errors would overlook: 400 panels."""
    inside = 0
    for seed in range(400):
        rng, units, times = np.random.default_rng(1000 + seed), 50, 12
        unit, time = (axis.ravel() for axis in np.indices((units, times)))
        drift = np.cumsum(rng.standard_normal((units, times)), axis=1).ravel() * 0.3
        x = np.cumsum(rng.standard_normal((units, times)), axis=1).reshape(-1, 1) * 0.5
        y = true * x[:, 0] + drift + rng.standard_normal(units)[unit] + rng.standard_normal(len(unit))
        whole = driver_panel.combine(driver_panel.regress(y, x, unit, time, np.ones(len(y)), unit), [1])
        inside += whole.low <= true <= whole.high
    assert 0.92 <= inside / 400 <= 0.98


def test_intervals_of_mixed_slopes_hold_the_truth_as_often_as_they_say() -> None:
    """Slopes that differ from area to area: 120 draws."""
    inside = 0
    for seed in range(120):
        rng, units = np.random.default_rng(2000 + seed), 40
        unit = np.repeat(np.arange(units), 8)
        x = rng.standard_normal((len(unit), 1)) + rng.standard_normal(units)[unit, None]
        own = 0.6 + 0.3 * rng.standard_normal(units)[unit]
        y = own * x[:, 0] + rng.standard_normal(units)[unit] + rng.standard_normal(len(unit))
        slope = driver_mixed.slope(y, x, 0, np.zeros((len(y), 0)), unit, np.ones(len(y)))
        inside += slope.low <= 0.6 <= slope.high
    assert inside / 120 >= 0.90


def test_slopes_that_differ_are_told() -> None:
    rng, units = np.random.default_rng(5), 80
    unit = np.repeat(np.arange(units), 15)
    x = rng.standard_normal((len(unit), 1))
    own = 1.0 + 0.5 * rng.standard_normal(units)
    y = own[unit] * x[:, 0] + rng.standard_normal(len(unit))
    found = driver_mixed.slope(y, x, 0, np.zeros((len(y), 0)), unit, np.ones(len(y)))
    assert found.differing == pytest.approx(own.std(), abs=0.08)
    assert found.low < 1.0 < found.high


def test_a_slope_is_that_of_the_whole_model() -> None:
    """Others regressed out first: the same slope as all of them side by side, where no random effect is left."""
    y, x, unit, time, weight = panel()
    dummies = np.column_stack([unit[:, None] == np.unique(unit)[1:], time[:, None] == np.unique(time)[1:]]).astype(float)
    found = driver_mixed.slope(y, x, 0, dummies, unit, weight)
    assert found.value == pytest.approx(driver_panel.regress(y, x, unit, time, weight, unit).beta[0], abs=0.02)


def test_group_means_the_others_have_used_up_widen_the_interval() -> None:
    """As in a regression of group means: with 10 of 40 used up, the variance between is made of 29 and not of 39."""
    y, x, unit, _, weight = panel()
    nothing = np.zeros((len(y), 0))
    free = driver_mixed.slope(y, x, 0, nothing, unit, weight)
    used = driver_mixed.slope(y, x, 0, nothing, unit, weight, spent=10)
    assert used.value == free.value
    assert used.se == pytest.approx(free.se * np.sqrt(39 / 29))


def test_a_driver_without_anything_of_its_own_is_refused() -> None:
    y, x, unit, _, weight = panel()
    with pytest.raises(ValueError, match="nothing of the driver is left"):
        driver_mixed.slope(y, np.column_stack([x, x[:, 0]]), 0, np.zeros((len(y), 0)), unit, weight)


def test_several_tested_at_once() -> None:
    """Benjamini & Hochberg (1995), their example of fifteen: four hold at 0.05."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0]
    assert driver_panel.proven(p, 0.05).sum() == 4
    assert driver_panel.proven([np.nan, 0.001]).tolist() == [False, True]


def test_a_curve_bends_where_it_was_made_to() -> None:
    rng = np.random.default_rng(2)
    k = rng.uniform(0, 30, 600)
    s = 100 - 20 * np.exp(-k / 12) + rng.standard_normal(600)
    found = driver_curve.fit(k, s)
    assert found.low < 12 < found.high and found.high - found.low < 2
    assert found.base == pytest.approx(80, abs=0.5)


def test_a_slope_fixes_the_curve_and_its_interval() -> None:
    found = driver_curve.from_slope(0.5, 0.25, 1.0, base=80.0)
    assert (found.kappa, found.low, found.high) == (40.0, 20.0, 80.0)
    assert driver_curve.from_slope(0.5, -0.1, 1.0, 80.0).high == np.inf
    assert driver_curve.score(0, 80.0, found.kappa) == pytest.approx(80.0)
    with pytest.raises(ValueError, match="positive slope"):
        driver_curve.from_slope(0.0, -1, 1, 80.0)


def test_lift_never_passes_the_ceiling_and_begins_with_the_slope() -> None:
    assert driver_curve.lift(0.001, 0.5, 80.0) / 0.001 == pytest.approx(0.5, rel=1e-4)
    assert float(driver_curve.lift(1e6, 0.5, 80.0)) == pytest.approx(20.0)
    gains = driver_curve.lift(np.arange(0, 50.0), 0.5, 80.0)
    assert (np.diff(np.diff(gains)) < 0).all()  # each unit less than the one before
    by_curve = driver_curve.score(7, 80.0, driver_curve.from_slope(0.5, 0.4, 0.6, 80.0).kappa) - 80.0
    assert float(driver_curve.lift(7, 0.5, 80.0)) == pytest.approx(float(by_curve))
