"""The back-test on one operator nothing was chosen on, with few origins: what it promises, it holds."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from etl.demo import backtest as module
from etl.demo.backtest import Tally, backtest
from etl.domain.area import Level


@pytest.fixture(scope="module")
def found() -> dict[module.Key, Tally]:
    return backtest([4242], "small", date(2026, 10, 31), step=12)


def summed(found: dict[module.Key, Tally], kind: str, levels: tuple[int, ...]) -> Tally:
    chosen = [tally for (level, period, _), tally in found.items() if period == kind and level in levels]
    total = chosen[0]
    for one in chosen[1:]:
        total = total + one
    return total


def test_intervals_cover_and_the_naive_forecast_is_beaten(found: dict[module.Key, Tally]) -> None:
    for kind in "mqy":
        told = summed(found, kind, (int(Level.CITY), int(Level.COUNTY))).record()
        assert told["forecasts"] > 90
        assert told["coverage80"] == pytest.approx(80, abs=8) and told["coverage95"] == pytest.approx(95, abs=4)
        assert told["pinball"] < 0.85 * told["naive_pinball"] and told["rmse"] < told["naive_rmse"]
    months = summed(found, "m", (int(Level.CITY), int(Level.COUNTY))).record()
    assert months["truth_coverage95"] > 90  # of what a survey of everybody would have said


def test_days_in_make_surer(found: dict[module.Key, Tally]) -> None:
    early, late = (found[(int(Level.CITY), "m", part)].record()["half_width95"] for part in (0.33, 0.67))
    assert late < early


def test_only_the_days_that_were_in_are_known() -> None:
    """A month's later answers do not reach the sums of its first third, and weights are made of what is there."""
    scene = module.draw_scene(module.dates(date(2026, 10, 31)), 4242)
    places, plan = module.Places.of(scene), module.survey.survey_plan(scene, "small", np.random.default_rng(1))
    answered = module.answered(scene, plan, 12, np.random.default_rng(2))
    whole, some = (np.zeros((len(module.OUTCOMES), module.SUMS, len(places.kin.level), 24)) for _ in range(2))
    module.add_answers(whole, scene, places, 12, answered, 1.0)
    module.add_answers(some, scene, places, 12, answered, 1 / 3)
    assert some[0, 0].sum() / whole[0, 0].sum() == pytest.approx(1 / 3, abs=0.05)
    assert (some[:, 0] <= whole[:, 0]).all() and not some[:, :, :, :12].any()
    assert some[0, 1].sum() == pytest.approx(whole[0, 1].sum(), rel=0.1)  # fewer answers stand for as many subscribers
