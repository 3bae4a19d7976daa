"""The N+1 card: knots, states and shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.domain.card import Attainment, attainment, card, score, share_of_outcome

NAN = np.nan


# floor 75, baseline 80, target 82, challenge 84
@pytest.mark.parametrize(
    ("actual", "worth"),
    [(70, 0), (75, 0), (77.5, 30), (80, 60), (81, 80), (82, 100), (83, 110), (84, 120), (90, 120)],
)
def test_between_the_knots_a_score_is_linear(actual: float, worth: float) -> None:
    assert score(actual, 75, 80, 82, 84) == pytest.approx(worth)
    assert score(-actual, -75, -80, -82, -84, direction=-1) == pytest.approx(worth)  # lower is better: the mirror image


def test_knots_that_coincide_take_the_higher_score() -> None:
    assert score(80, 75, 80, 80) == 100  # nothing was asked: who holds his baseline has met it
    assert score(79.9, 75, 80, 80) == pytest.approx(60 * 4.9 / 5)
    assert score(82, 75, 80, 82, 82) == 120
    assert score(80, 75, 80, 79) == 100  # a target under the baseline counts as the baseline
    assert score(90, 75, 80, 82) == 100  # without a challenge nothing is worth more than the target


def test_without_actual_or_target_there_is_no_score() -> None:
    assert np.isnan(score([NAN, 80], [75, 75], [80, 80], [82, NAN])).all()


@given(st.floats(50, 90), st.floats(0, 5), st.floats(0, 5), st.floats(0, 5), st.floats(0, 3))
def test_better_is_never_worth_less(start: float, a: float, b: float, c: float, more: float) -> None:
    knots = (start, start + a, start + a + b, start + a + b + c)
    assert score(start + a + more, *knots) >= score(start + a, *knots) - 1e-9


def test_nothing_is_met_or_missed_unless_its_interval_excludes_the_target() -> None:
    low, high = [81.2, 82.6, 80.0, NAN], [82.7, 83.0, 82.5, 82.0]
    assert attainment(low, high, 82.6).tolist() == [
        Attainment.NOT_PROVEN,
        Attainment.MET,
        Attainment.MISSED,
        Attainment.NOT_PROVEN,
    ]
    assert attainment([3.0, 5.0], [4.0, 6.0], 4.5, direction=-1).tolist() == [Attainment.MET, Attainment.MISSED]


def test_where_the_outcome_is_hardly_measured_the_process_decides() -> None:
    alpha = share_of_outcome([1.0, 0.1, NAN])
    assert alpha == pytest.approx([0.5, 0.05, 0.0])
    got = card([100, 100, 100], [[50, 70], [50, 70], [50, 70]], [3, 1], alpha)
    assert got == pytest.approx([77.5, 0.05 * 100 + 0.95 * 55, 55])


def test_what_is_missing_leaves_its_weight_to_the_others() -> None:
    got = card([80, NAN, 80, NAN], [[60, NAN], [60, NAN], [NAN, NAN], [NAN, NAN]], [1, 1], 0.5)
    assert got[:3] == pytest.approx([70, 60, 80]) and np.isnan(got[3])
