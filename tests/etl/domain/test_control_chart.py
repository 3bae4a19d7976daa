"""Control charts, against NHS accident and emergency attendances (Mohammed & Laney 2006)."""

import numpy as np
import pytest

from etl.domain.control_chart import laney_p, laney_u, p_chart
from tests.etl.domain.reference import reference


def test_laney_s_chart_does_not_flag_what_the_p_chart_does() -> None:
    data = reference("nhs_accidents")  # R qicharts2: nhs_accidents
    made = laney_p(data["r"], data["n"])
    assert made.centre == pytest.approx(0.95289971, abs=5e-9)
    assert made.sigma_z == pytest.approx(10.640422, abs=5e-7)
    assert made.outside.sum() == 0
    assert p_chart(data["r"], data["n"]).outside.sum() == 16


def test_a_surge_stands_out_also_of_very_large_bases() -> None:
    rng = np.random.default_rng(2)
    base = np.full(24, 1e6)
    rate = 0.001 * (1 + 0.1 * rng.standard_normal(24))
    rate[20] = 0.002
    assert np.flatnonzero(laney_u(base * rate, base).outside).tolist() == [20]
