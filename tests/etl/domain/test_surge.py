"""Surges of counts: the published alarms, a general regression that agrees, exposure, and series side by side."""

from __future__ import annotations

import numpy as np
import pytest

from etl.domain.surge import surge
from tests.etl.domain.reference import reference

# R package surveillance, data salmonella.agona, farrington with b = 4, w = 3, α = .05, reweighting, trend, limit54 = (5, 4):
# the weeks among the last 52 that alarm.
ALARMS = [2, 3, 4, 6, 24, 25, 28, 29]


def test_the_published_alarms() -> None:
    observed = reference("salmonella_agona")["observed"].to_numpy(float)
    last = range(observed.size - 52, observed.size)
    assert [week + 1 for week, at in enumerate(last) if surge(observed, at).alarm[0]] == ALARMS


def weekly(rng: np.random.Generator, rate: float = 20, growth: float = 0.0, years: int = 6) -> np.ndarray:
    when = np.arange(52 * years)
    return rng.poisson(rate * np.exp(growth * when + 0.3 * np.sin(2 * np.pi * when / 52))).astype(float)


def test_an_even_past_gives_the_plain_limit() -> None:
    counts = np.array([weekly(np.random.default_rng(3), 30)])
    at = counts.size - 1
    when = np.concatenate([np.arange(at - 52 * back - 3, at - 52 * back + 4) for back in range(4, 0, -1)])
    counts[0, when] = np.round(30 + 2 * np.sin(np.arange(28)))  # no residual passes one, no trend, φ at its floor of 1
    mean, got = counts[0, when].mean(), surge(counts, at)
    assert got.expected[0] == pytest.approx(mean)
    tau = 1 + 1 / 28  # the mean of 28 Poisson counts has variance mean / 28
    assert got.upper[0] == pytest.approx((mean ** (2 / 3) + 1.959964 * np.sqrt(4 / 9 * mean ** (1 / 3) * tau)) ** 1.5)


def test_false_alarms_and_true_ones() -> None:
    rng = np.random.default_rng(8)
    counts = np.stack([weekly(rng) for _ in range(400)])
    at = counts.shape[1] - 1
    assert 0.002 < surge(counts, at).alarm.mean() < 0.06  # 2.5 % by design
    counts[:, at] *= 3
    assert surge(counts, at).alarm.mean() > 0.95


def test_series_do_not_mix() -> None:
    rng = np.random.default_rng(5)
    counts = np.stack([weekly(rng, rate, growth) for rate, growth in ((4, 0.0), (40, 0.004), (15, -0.002))])
    together = surge(counts, 300)
    for at, series in enumerate(counts):
        alone = surge(series, 300)
        assert (together.expected[at], together.upper[at]) == pytest.approx((alone.expected[0], alone.upper[0]))


def test_more_customers_explain_more_complaints() -> None:
    rng = np.random.default_rng(6)
    customers = np.r_[np.full(260, 1e5), np.full(52, 3e5)]
    counts = rng.poisson(customers * 2e-4).astype(float)
    assert surge(counts, 311).alarm[0]
    assert not surge(counts, 311, customers).alarm[0]


def test_few_cases_are_no_surge_and_a_short_past_is_refused() -> None:
    counts = np.zeros(312)
    counts[40::26] = 1.0
    counts[311] = 4
    assert not surge(counts, 311).alarm[0]
    with pytest.raises(ValueError, match="fewer than 4 seasons"):
        surge(counts, 200)
