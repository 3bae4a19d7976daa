"""Precision, against published numbers."""

import numpy as np
import pytest

from etl.domain.estimate import Display, byar, display, displays, mean_interval, n_eff, welch_difference, wilson


def sums(x: list[float], w: list[float]) -> tuple[float, float, float, float, float]:
    values, weights = np.array(x), np.array(w)
    return (len(values), weights.sum(), (weights**2).sum(), (weights * values).sum(), (weights * values**2).sum())


def test_equal_weights_give_student_s_interval() -> None:
    # Student (1908), the ten hours-of-sleep differences: mean 1.58, sd 1.23 (n-1), 95 % interval 0.70 to 2.46.
    estimate = mean_interval(*sums([1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4], [3.0] * 10))
    assert estimate.value == pytest.approx(1.58)
    assert (estimate.low, estimate.high) == (pytest.approx(0.7001, abs=1e-4), pytest.approx(2.4599, abs=1e-4))
    assert estimate.n_eff == pytest.approx(10)


def test_n_eff_of_unequal_weights() -> None:
    assert n_eff(1 + 2 + 3, 1 + 4 + 9) == pytest.approx(36 / 14)
    assert n_eff(0, 0) == 0


def test_one_answer_has_a_value_and_no_interval() -> None:
    estimate = mean_interval(*sums([80.0], [2.0]))
    assert estimate.value == 80
    assert np.isnan(estimate.low)


@pytest.mark.parametrize(("count", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (0, 20, 0, 0.1611)])
def test_wilson_newcombe_1998(count: int, n: int, low: float, high: float) -> None:
    assert wilson(count, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_poisson_exact_below_ten_byar_above() -> None:
    # Garwood's exact limits for 5 events: 1.6235 to 11.6683; Byar for 20: 12.21 to 30.89 (Breslow & Day).
    assert byar(5, 1, 1) == (pytest.approx(1.6235, abs=1e-4), pytest.approx(11.6683, abs=1e-4))
    assert byar(20, 1, 1) == (pytest.approx(12.21, abs=0.01), pytest.approx(30.89, abs=0.01))
    assert byar(0, 10_000, 10_000)[0] == 0


def test_welch_difference_of_two_samples() -> None:
    now, before = (mean_interval(*sums(x, [1.0] * len(x))) for x in ([50.0, 60, 70, 80], [40.0, 50, 55, 45, 60]))
    change, low, high = welch_difference(now, before)  # peer: scipy.stats.ttest_ind(equal_var=False)
    assert change == pytest.approx(15)
    assert (low, high) == (pytest.approx(-4.22318192), pytest.approx(34.22318192))


@pytest.mark.parametrize(
    ("n", "effective", "state"),
    [(4, 4, "hidden"), (9, 4.9, "hidden"), (30, 29.9, "shrunken"), (40, 30, "interval"), (120, 99, "interval"), (200, 100, "normal")],
)
def test_display_states_at_their_boundaries(n: int, effective: float, state: str) -> None:
    assert display(n, effective) is Display(state)
    assert tuple(Display)[displays([n], [effective])[0]] is Display(state)
