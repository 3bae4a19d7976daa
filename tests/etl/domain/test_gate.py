"""Gates: a jump made by who answered is no rise."""

from __future__ import annotations

import numpy as np
import pytest

from etl.domain.gate import mix, volume_closed


def test_one_brand_that_floods_the_ratings_closes_the_gate() -> None:
    """The Indian ratings of November 2020 in round figures: one operator goes from 728 ratings to 10,024."""
    before, now = np.array([728, 5006.0, 4000]), np.array([10024, 6143.0, 5000])
    old, new = np.array([3.22, 3.3247, 3.3247]), np.array([4.86, 3.97, 3.97])
    assert volume_closed(before.sum(), now.sum())
    seen = mix(before, now, old, new, 2.0)
    assert seen.closed and seen.value == 0
    assert seen.moved == pytest.approx(10024 / 21167 - 728 / 9734)
    plain = (now @ new) / now.sum() - (before @ old) / before.sum()
    assert seen.held == pytest.approx((728 * 1.64 + 9006 * (3.97 - 3.3247)) / 9734)
    assert seen.held < 0.7 * plain


def test_the_same_mix_holds_nothing_back() -> None:
    seen = mix([100, 300], [200, 600], [70, 80], [72, 81], 400)
    assert not seen.closed and seen.held == pytest.approx((100 * 2 + 300 * 1) / 400)
    assert seen.error == pytest.approx((400 * (0.25**2 * (1 / 100 + 1 / 200) + 0.75**2 * (1 / 300 + 1 / 600))) ** 0.5)


def test_a_few_answers_close_no_gate() -> None:
    assert not mix([3, 3], [5, 1], [70, 80], [72, 81], 400).closed
    assert not volume_closed(4, 8)
    assert volume_closed([400, 400, 400, 0], [1000, 190, 500, 50]).tolist() == [True, True, False, False]


def test_a_kind_seen_in_one_period_only_is_left_out_of_the_held_change() -> None:
    seen = mix([100, 0], [100, 100], [70, np.nan], [75, 20], 100)
    assert seen.held == pytest.approx(5) and seen.closed
    gone = mix([0, 100], [100, 0], [np.nan, 70], [75, np.nan], 100)
    assert np.isnan(gone.held) and np.isnan(gone.error)


def test_areas_side_by_side() -> None:
    n_before, n_now = np.array([[100, 300], [10, 0]]), np.array([[300, 100], [10, 0]])
    means = np.full((2, 2), 70.0)
    seen = mix(n_before, n_now, means, means, [400, 400])
    assert seen.closed.tolist() == [True, False]
    assert seen.held.tolist() == [0, 0]
