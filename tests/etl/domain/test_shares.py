"""Shares and net promoters, against published examples."""

import pytest

from etl.domain.shares import net_promoter_score, net_promoters, newcombe, rate_change


def test_newcombe_s_hybrid_score_interval() -> None:
    # Newcombe (1998), Statistics in Medicine 17:873, table II (a), method 10
    change, low, high = newcombe(56, 70, 48, 80)
    assert change == pytest.approx(0.2)
    assert (low, high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_newcombe_at_the_edge() -> None:
    # the same table, (g): 10/10 − 0/20: 0.6791 to 1.0000
    _, low, high = newcombe(10, 10, 0, 20)
    assert (low, high) == (pytest.approx(0.6791, abs=5e-5), pytest.approx(1.0, abs=5e-5))


def test_a_change_of_rates_adds_the_squares_of_its_limits() -> None:
    # worked by hand: 20 and 5 events of 1,000; Byar 20: 12.21 to 30.89, exact 5: 1.6235 to 11.6683 (Breslow & Day)
    change, low, high = rate_change(20, 1000, 5, 1000, per=1000)
    assert change == pytest.approx(15)
    assert low == pytest.approx(15 - (7.79**2 + 6.6683**2) ** 0.5, abs=0.02)
    assert high == pytest.approx(15 + (10.89**2 + 3.3765**2) ** 0.5, abs=0.02)
    _, none, _ = rate_change(8, 1000, 5, 1000)
    assert none < 0


def test_net_promoters_by_adjusted_wald() -> None:
    # worked by hand from Bonett & Price (2012): p = 50.75/103, q = 20.75/103, so 29.1262 ± 1.959964·7.6915
    value, low, high = net_promoter_score(50, 20, 100)
    assert value == pytest.approx(30)
    assert (low, high) == (pytest.approx(14.0511, abs=1e-4), pytest.approx(44.2013, abs=1e-4))


def test_all_promoters_leave_some_doubt() -> None:
    value, low, high = net_promoter_score(5, 0, 5)
    assert (value, high) == (pytest.approx(100), pytest.approx(100))
    assert 0 < low < 60


def test_promoters_are_nine_and_ten_detractors_to_six() -> None:
    promoters, detractors, n = net_promoters([1, 1, 1, 1, 1, 1, 1, 10, 10, 3, 4])
    assert (promoters, detractors, n) == (7, 7, 34)
