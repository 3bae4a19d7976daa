"""Average run lengths against published numbers, and against a plain simulation."""

from __future__ import annotations

import numpy as np
import pytest

from etl.domain.run_length import cusum_two_sided, ewma_one_sided, ewma_two_sided, spread

SHIFTS = (0.0, 0.5, 1.0, 2.0)


# Crowder (1987), Technometrics 29:401, table 1; the digits as R's package spc gives them.
@pytest.mark.parametrize(
    ("weight", "limit", "lengths"),
    [(0.2, 2.962, (499.74, 41.76, 10.54, 3.74)), (0.1, 2.814, (499.58, 31.30, 10.33, 4.36))],
)
def test_two_sided_ewma(weight: float, limit: float, lengths: tuple[float, ...]) -> None:
    assert [ewma_two_sided(weight, limit, shift) for shift in SHIFTS] == pytest.approx(lengths, abs=0.005)


# Brook & Evans (1972), Biometrika 59:539; Montgomery, Statistical Quality Control, table 9.3.
def test_two_sided_cusum() -> None:
    assert [cusum_two_sided(0.5, 4, shift) for shift in SHIFTS] == pytest.approx((167.68, 26.63, 8.38, 3.34), abs=0.005)


@pytest.mark.parametrize(("limit", "length"), [(2.7634, 370), (3.1025, 1000), (3.4363, 3000)])
def test_the_limits_of_the_levels_have_the_run_lengths_they_are_named_for(limit: float, length: float) -> None:
    assert ewma_one_sided(0.2, limit) == pytest.approx(length, rel=0.002)
    assert ewma_one_sided(0.2, limit, reflected=False) > 1.5 * length  # a chart that may rise is slower to find a fall
    assert ewma_one_sided(0.2, limit, single=4) > 0.93 * length  # the fast lane costs little ...
    assert ewma_one_sided(0.2, limit, single=3) < 0.8 * length  # ... and at three it would cost a lot


@pytest.mark.parametrize("single", [np.inf, 3.0])
@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_a_simulation_agrees(single: float, shift: float) -> None:
    rng, limit = np.random.default_rng(7), 2.2 * spread(0.2)
    state, alive, total, runs = np.zeros(4000), np.ones(4000, bool), 0, 4000
    while alive.any():
        z = rng.standard_normal(runs) - shift
        state = np.minimum(0.0, 0.8 * state + 0.2 * z)
        total += int(alive.sum())
        alive &= (state >= -limit) & (z >= -single)
    assert ewma_one_sided(0.2, 2.2, shift, single=single) == pytest.approx(total / runs, rel=0.06)
