"""Importance of drivers against published figures, against brute force, and by properties."""

from __future__ import annotations

import csv
import os
from itertools import combinations, permutations
from math import factorial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.domain import driver

FOLDER = Path(os.environ.get("MANYI_REAL_DATA") or Path(__file__).parents[4] / "shared" / "data") / "reference"
needs_records = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the reference data are not here ({FOLDER})")
# R package relaimpo, calc.relimp on datasets::swiss, Fertility by the five others; Johnson's weights of the same matrix
SWISS_LMG = [0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592]
SWISS_JOHNSON = [0.04841690, 0.15470825, 0.27196410, 0.11468003, 0.11696572]
SWISS_R2 = 0.70673500


def swiss() -> np.ndarray:
    with (FOLDER / "swiss.csv").open() as stream:
        rows = list(csv.reader(stream))[1:]
    return np.cov(np.array([[float(value) for value in row[1:]] for row in rows]).T)


def drawn(drivers: int, seed: int = 1, rows: int = 60) -> np.ndarray:
    values = np.random.default_rng(seed).standard_normal((rows, drivers + 1))
    values[:, 0] += values[:, 1:].sum(axis=1) * 0.3
    values[:, 1] += values[:, -1]
    return np.cov(values.T)


@needs_records
def test_swiss_as_relaimpo_has_it() -> None:
    found = swiss()
    assert driver.lmg(found) == pytest.approx(SWISS_LMG, abs=1e-8)
    assert driver.johnson(found) == pytest.approx(SWISS_JOHNSON, abs=1e-8)
    assert float(driver.explained(found)) == pytest.approx(SWISS_R2, abs=1e-8)


def r2(alike: np.ndarray, subset: tuple[int, ...]) -> float:
    at = [one + 1 for one in subset]
    return float(alike[0, at] @ np.linalg.solve(alike[np.ix_(at, at)], alike[at, 0])) if at else 0.0


def test_lmg_is_the_average_over_every_order() -> None:
    """By hand: four drivers in their 24 orders."""
    alike = driver.correlation(drawn(4))
    gains = np.zeros(4)
    for order in permutations(range(4)):
        for place, one in enumerate(order):
            gains[one] += r2(alike, order[: place + 1]) - r2(alike, order[:place])
    assert driver.lmg(alike) == pytest.approx(gains / factorial(4), abs=1e-12)


def test_replicates_are_worked_on_together() -> None:
    several = np.stack([drawn(5, seed) for seed in range(4)])
    for function in (driver.lmg, driver.johnson, driver.slopes):
        assert function(several) == pytest.approx(np.stack([function(one) for one in several]), abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 7), st.integers(0, 10_000))
def test_shares_are_never_negative_and_sum_to_what_is_explained(drivers: int, seed: int) -> None:
    found = drawn(drivers, seed)
    for share in (driver.lmg(found), driver.johnson(found)):
        assert (share >= -1e-12).all()
        assert share.sum() == pytest.approx(float(driver.explained(found)), abs=1e-10)


def test_uncorrelated_drivers_have_their_squared_correlation() -> None:
    alike = np.eye(4)
    alike[0, 1:] = alike[1:, 0] = (0.5, 0.3, 0.0)
    assert driver.lmg(alike) == pytest.approx([0.25, 0.09, 0.0], abs=1e-12)
    assert driver.johnson(alike) == pytest.approx([0.25, 0.09, 0.0], abs=1e-12)


def test_units_change_no_share_and_scale_slopes() -> None:
    found, scale = drawn(3), np.array([1.0, 10.0, 0.1, 1.0])
    other = found * scale * scale[:, None]
    assert driver.lmg(other) == pytest.approx(driver.lmg(found), abs=1e-12)
    assert driver.slopes(other) == pytest.approx(driver.slopes(found) / scale[1:], abs=1e-12)


def test_more_than_twelve_drivers_are_left_to_johnson() -> None:
    found = drawn(13)
    with pytest.raises(ValueError, match="too many for LMG"):
        driver.lmg(found)
    assert driver.johnson(found).shape == (13,)


def test_a_matrix_of_pairs_is_put_right() -> None:
    """Correlations that no data can have at once, as pairs of different customers may give."""
    impossible = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    assert np.linalg.eigvalsh(impossible).min() < 0
    mended = driver.correlation(impossible)
    assert np.linalg.eigvalsh(mended).min() > 0
    assert np.diag(mended) == pytest.approx(np.ones(3))
    assert 0 <= float(driver.explained(impossible)) <= 1


def test_what_does_not_vary_is_refused() -> None:
    with pytest.raises(ValueError, match="does not vary"):
        driver.lmg(np.diag([1.0, 0.0]))


def test_every_subset_has_its_r2() -> None:
    alike = driver.correlation(drawn(5))
    found = driver._subset_r2(alike)
    for size in range(6):
        for subset in combinations(range(5), size):
            assert found[sum(1 << one for one in subset)] == pytest.approx(r2(alike, subset), abs=1e-12)
