"""Weekly series against their own past."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import norm, t

from etl.domain.weekly import above_expected, out_of_limits


def test_a_reading_is_held_against_its_own_spread() -> None:
    past = np.array([[10.0, 12.0] * 13, [10.0] * 12 + [np.nan] * 14])
    seen = out_of_limits(past, np.array([15.0, 15.0]), -1.0, 3.0, 13)
    spread = 2 / 1.128 * np.sqrt(1 + 1 / 26)  # from week to week it moves more than about its mean, and the mean is of 26 weeks
    assert seen.expected[0] == 11 and t.cdf(-4 / spread, 25) == pytest.approx(norm.cdf(seen.s[0]))
    assert seen.limit[0] == pytest.approx(11 + t.isf(norm.sf(3.0), 25) * spread)
    assert np.isnan(seen.s[1])  # twelve weeks are too few


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.85])
def test_what_remembers_the_week_before_is_as_seldom_out_of_its_limits(memory: float) -> None:
    rng = np.random.default_rng(5)
    weeks = lfilter([np.sqrt(1 - memory**2)], [1.0, -memory], rng.standard_normal((40_000, 87)), axis=1)[:, 60:]
    seen = out_of_limits(weeks[:, :26], weeks[:, 26], 1.0, 3.0, 13)
    assert 20 <= (seen.s < -3).sum() <= 75  # 54 by design; with the plain spread 107, 173 and 304
    assert np.array_equal(seen.s < -3, weeks[:, 26] < seen.limit)


def test_a_season_is_no_alarm() -> None:
    wave = 50 + 10 * np.sin(np.linspace(0, np.pi, 27)) + np.random.default_rng(1).normal(0, 0.3, 27)
    seen = out_of_limits(wave[None, :26], wave[-1:], 1.0, 3.0, 13)
    assert seen.s[0] > -3


def test_false_surges_are_as_rare_as_asked() -> None:
    rng, exposure = np.random.default_rng(3), np.full((4000, 53), 1e5)
    counts = rng.poisson(20, (4000, 53)).astype(float)
    seen = above_expected(counts, exposure, 1 / 370, 1000)
    assert 4 <= (counts[:, -1] > seen.limit).sum() <= 24  # 10.8 by design
    assert np.array_equal(counts[:, -1] > seen.limit, seen.s < -2.7816)
    counts[:, -1] = 45
    assert (above_expected(counts, exposure, 1 / 370, 1000).s < -2.7816).mean() > 0.97


def test_very_many_complaints_are_held_to_how_they_vary_from_week_to_week() -> None:
    rng, exposure = np.random.default_rng(4), np.full((1, 53), 1e7)
    counts = rng.normal(40_000, 1200, (1, 53)).round()  # six times as restless as chance
    counts[0, -1] = 42_500
    assert above_expected(counts, exposure, 1 / 370, 1000).s[0] > -2.78
    counts[0, -1] = 46_000
    assert above_expected(counts, exposure, 1 / 370, 1000).s[0] < -2.78


def test_nothing_is_expected_of_an_area_without_subscribers() -> None:
    seen = above_expected(np.full((1, 53), 3.0), np.zeros((1, 53)), 1 / 370, 1000)
    assert np.isnan(seen.s[0])


@pytest.mark.parametrize("known", [0, 1, 3])
def test_a_past_too_short_to_tell_memory_is_too_few(known: int) -> None:
    past = np.full((2, 8), np.nan)
    past[:, 8 - known:] = [[4.0, 5.0, 6.0], [5.0, 5.0, 6.0]] if known == 3 else 5.0
    seen = out_of_limits(past, np.array([9.0, 9.0]), 1.0, 3.0, 1)
    assert np.isnan(seen.expected).all() and np.isnan(seen.s).all()
