"""Differences of two scores keep their sign and their spread."""

from __future__ import annotations

import numpy as np
import pytest

from etl.domain.difference import difference_readings
from etl.domain.reading import Sums, readings


def sums(x: np.ndarray, w: np.ndarray) -> Sums:
    return Sums(len(x), w.sum(), (w**2).sum(), (w * x).sum(), (w * x * x).sum())


def test_a_difference_has_the_interval_of_its_values() -> None:
    rng = np.random.default_rng(3)
    x, w = rng.normal(-4, 9, 80), rng.uniform(0.5, 2, 80)
    found, absent = difference_readings([sums(x, w), None], [3, 1])
    plain = readings([sums(x + 50, w)])[0]  # the same spread, on 0-100
    assert absent is None and found is not None and plain is not None and found.window == 3
    assert (found.value, found.low, found.high) == pytest.approx((plain.value - 50, plain.low - 50, plain.high - 50))
    assert found.se == pytest.approx(plain.se) and found.n_eff == pytest.approx(plain.n_eff)
