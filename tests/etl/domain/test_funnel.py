"""Funnels and rank bands."""

import numpy as np
import pytest

from etl.domain.funnel import _tukey, flags, limits, rank_bands


def test_funnel_limits_narrow_with_the_base() -> None:
    # 1.96 and 3.0902 standard errors (Spiegelhalter 2005): sd 20, n 100: 75 ± 3.92 and ± 6.18
    assert limits(75, 20, 100, confidence=0.95) == (pytest.approx(71.08, abs=5e-3), pytest.approx(78.92, abs=5e-3))
    assert limits(75, 20, 100) == (pytest.approx(68.82, abs=5e-3), pytest.approx(81.18, abs=5e-3))
    assert limits(75, 20, 100, between=9.0)[1] == pytest.approx(75 + 3.0902 * np.sqrt(13), abs=1e-3)


def test_funnel_flags_say_how_far_and_which_way() -> None:
    assert flags([75, 80, 70, 85, 60, np.nan], 75, 20, 100).tolist() == [0, 1, -1, 2, -2, 0]


def test_ranks_that_cannot_be_told_apart_share_a_band() -> None:
    first, last = rank_bands([[90.0], [50.0], [51.0], [np.nan], [20.0]], [[1.0], [1.0], [1.0], [1.0], [1.0]])
    assert first[:, 0].tolist() == [1, 2, 2, 0, 4]
    assert last[:, 0].tolist() == [1, 3, 3, 0, 4]


def test_all_bands_of_a_family_hold_at_once() -> None:
    rng = np.random.default_rng(4)
    truth = np.linspace(0, 50, 15)[:, None]
    first, last = rank_bands(truth + rng.normal(0, 2, (15, 2000)), np.full((15, 2000), 2.0))
    true_rank = np.arange(15, 0, -1)[:, None]
    held = ((first <= true_rank) & (true_rank <= last)).all(axis=0).mean()
    assert 0.95 <= held <= 1
    assert (last - first).mean() < 6  # and say something


def test_one_alone_has_the_first_rank() -> None:
    assert [int(each[0, 0]) for each in rank_bands([[5.0]], [[1.0]])] == [1, 1]


@pytest.mark.parametrize(("siblings", "confidence", "quantile"), [(2, 0.95, 2.772), (5, 0.95, 3.858), (20, 0.95, 5.012), (20, 0.99, 5.645)])
def test_ranges_are_those_of_the_tables(siblings: int, confidence: float, quantile: float) -> None:
    # Pearson & Hartley, Biometrika Tables for Statisticians, upper points of the studentized range with ∞ degrees of freedom
    assert _tukey(siblings, confidence) * np.sqrt(2) == pytest.approx(quantile, abs=1e-3)
