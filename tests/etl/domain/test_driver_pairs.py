"""Drivers from questionnaires that ask each customer a part of their items."""

from __future__ import annotations

import numpy as np
import pytest

from etl.domain import driver, driver_pairs

CLUSTERS = 40


def answers(rng: np.random.Generator, rows: int, asked: float) -> tuple[np.ndarray, np.ndarray]:
    """An outcome of two drivers (0.5 and 0.2), everything shifted by area; items left out at random."""
    area = rng.integers(0, CLUSTERS, rows)
    x = rng.standard_normal((rows, 3))
    x[:, 1] += 0.5 * x[:, 0]
    y = 0.5 * x[:, 0] + 0.2 * x[:, 1] + rng.standard_normal(rows)
    values = np.column_stack([y, x]) + 5 * rng.standard_normal(CLUSTERS)[area, None]
    values[rng.random(values.shape) > asked] = np.nan
    return values, area


def sums_of(values: np.ndarray, area: np.ndarray) -> driver_pairs.PairSums:
    out = driver_pairs.PairSums.empty(CLUSTERS, values.shape[1])
    out.add(values, area, np.arange(CLUSTERS))
    return out


def test_without_gaps_it_is_the_within_area_covariance() -> None:
    values, area = answers(np.random.default_rng(1), 2_000, 1.1)
    found = sums_of(values, area).covariance()
    means = np.stack([values[area == one].mean(axis=0) for one in range(CLUSTERS)])
    left = values - means[area]
    assert found == pytest.approx(left.T @ left / (len(values) - CLUSTERS), abs=1e-9)


def test_months_added_one_by_one_are_the_sum() -> None:
    values, area = answers(np.random.default_rng(2), 3_000, 0.5)
    halves = driver_pairs.PairSums.empty(CLUSTERS, 4)
    for part in (slice(0, 1_500), slice(1_500, 3_000)):
        halves.add(values[part], area[part], np.arange(CLUSTERS))
    assert halves.pairs == pytest.approx(sums_of(values, area).pairs)
    assert halves.covariance() == pytest.approx(sums_of(values, area).covariance(), abs=0.05)


def test_a_third_of_the_items_asked_gives_the_same_slopes() -> None:
    values, area = answers(np.random.default_rng(3), 60_000, 0.3)
    found = driver_pairs.weigh(sums_of(values, area), np.random.default_rng(4), draws=200)
    assert found.slope == pytest.approx([0.5, 0.2, 0.0], abs=0.06)
    assert found.method == "lmg" and found.clusters == CLUSTERS
    assert (found.importance_low <= found.importance).all() and (found.importance <= found.importance_high).all()
    assert found.importance.sum() == pytest.approx(found.r2)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    truth, inside = np.array([0.5, 0.2, 0.0]), np.zeros(3)
    for seed in range(200):
        rng = np.random.default_rng([7, seed])
        values, area = answers(rng, 2_500, 0.6)
        found = driver_pairs.weigh(sums_of(values, area), rng, draws=150)
        inside += (found.low <= truth) & (truth <= found.high)
    assert (inside / 200 >= 0.91).all() and (inside / 200 <= 0.985).all()


def test_a_draw_of_clusters_counts_each_as_often_as_drawn() -> None:
    values, area = answers(np.random.default_rng(5), 4_000, 0.8)
    sums = sums_of(values, area)
    times = np.random.default_rng(6).multinomial(CLUSTERS, np.full(CLUSTERS, 1 / CLUSTERS), size=3)
    for drawn, found in zip(times, sums.covariance(times), strict=True):
        rows = np.concatenate([np.flatnonzero(area == one) for one, often in enumerate(drawn) for _ in range(often)])
        copies = np.concatenate([np.full((area == one).sum(), 100 * one + copy)
                                 for one, often in enumerate(drawn) for copy in range(often)])  # fmt: skip
        again = driver_pairs.PairSums.empty(1, 4)
        numbers = np.unique(copies, return_inverse=True)[1]
        again.add(values[rows], numbers, np.zeros(numbers.max() + 1, int))
        assert found == pytest.approx(again.covariance(), abs=1e-9)


def test_traits_are_taken_out_item_by_item() -> None:
    rng = np.random.default_rng(9)
    mode = rng.integers(0, 3, 3_000)
    values = rng.standard_normal((3_000, 2)) + np.array([0.0, 4.0, -2.0])[mode, None]
    values[rng.random(values.shape) < 0.3] = np.nan
    left = driver_pairs.adjusted(values, (mode[:, None] == [1, 2]).astype(float))
    assert (np.isnan(left) == np.isnan(values)).all()
    for one in range(3):
        assert np.nanmean(left[mode == one], axis=0) == pytest.approx([0, 0], abs=1e-9)


def test_what_was_hardly_ever_asked_together_is_left_out() -> None:
    values, area = answers(np.random.default_rng(10), 3_000, 0.9)
    values[100:, 2] = np.nan
    assert driver_pairs.together(sums_of(values, area)) == [1, 3]


def test_items_of_two_businesses_are_not_weighed_against_each_other() -> None:
    values, area = answers(np.random.default_rng(13), 3_000, 0.95)
    values[:2_000, 3] = np.nan
    values[2_000:, 1] = np.nan
    assert driver_pairs.together(sums_of(values, area)) == [1, 2]


def test_few_clusters_are_refused() -> None:
    values, area = answers(np.random.default_rng(11), 500, 1.1)
    with pytest.raises(ValueError, match="too few"):
        driver_pairs.weigh(sums_of(values[area < 5], area[area < 5]), np.random.default_rng(1))


def test_many_drivers_are_weighed_by_johnson() -> None:
    rng = np.random.default_rng(12)
    values = rng.standard_normal((2_000, 15))
    values[:, 0] += values[:, 1]
    found = driver_pairs.weigh(sums_of(values, rng.integers(0, CLUSTERS, 2_000)), rng, draws=50)
    assert found.method == "johnson"
    assert driver.explained(np.cov(values.T)) == pytest.approx(found.r2, abs=0.05)
