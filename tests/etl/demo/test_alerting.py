"""The trial of alerts on one small operator nothing was tried on: what is counted, and that larger counties are seen better."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from etl.commands.alert_trials import _falls, _levels
from etl.demo.alerting import FOUND_WITHIN, Drawing, Planted, Trial, _found, trial
from etl.demo.chain import OUTCOMES
from etl.demo.coverage import Places
from etl.demo.dates import dates
from etl.demo.generate import draw_scene
from etl.domain.area import Level
from etl.domain.area_estimates import Sums
from etl.domain.detect import BASELINE_PERIODS
from etl.domain.falls import Step
from etl.domain.lives import FIRED, NOTHING, RECOVERED, WORSENED

UNTIL = date(2026, 10, 31)


@pytest.fixture(scope="module")
def done() -> dict[float, Trial]:
    return {times: trial([4243], "small", UNTIL, times=times) for times in (1.0, 6.0)}


def test_false_alarms_are_held_against_their_design(done: dict[float, Trial]) -> None:
    for one in done.values():
        levels = {row["level"]: row for row in _levels(one)}
        county = levels["county"]
        assert county["false"] - county["truly_lower"] <= 2 * county["design"] and county["design"] > 5
        assert county["alerts"] == one.tallies[Level.COUNTY].alerts >= county["of_true_falls"] + county["of_nothing"]
        assert levels["grid"]["false_share"] <= 0.2


def test_more_answers_find_more_of_the_same_falls(done: dict[float, Trial]) -> None:
    few, many = ([one for one in done[times].planted if one.level == Level.COUNTY and one.points >= 3 and one.whole] for times in (1.0, 6.0))
    assert len(few) == len(many) > 5 and sum(one.answers for one in many) == pytest.approx(6 * sum(one.answers for one in few), rel=0.05)
    found = [sum(one.delay is not None for one in falls) for falls in (few, many)]
    assert found[1] > found[0]
    rows = _falls(done[6.0].planted)
    assert sum(row["falls"] for row in rows if row["level"] == "county") == len(many)
    assert all(1 <= one.delay <= 4 for one in many if one.delay is not None)


def test_a_fall_is_found_by_whatever_is_told_of_it_in_time() -> None:
    scene = draw_scene(dates(UNTIL), 4243)
    places, number, watched = Places.of(scene), OUTCOMES.index("mobile_network"), range(BASELINE_PERIODS, len(scene.dates.months))
    heard = np.ones((len(places.kin.level), len(scene.dates.months)))
    nothing = np.zeros(heard.shape)
    drawing = Drawing(places, [Sums(*[heard] * 5)] * len(OUTCOMES), nothing, nothing, nothing)

    def found(told: np.int8, months: int = len(watched)) -> list[Planted]:
        steps = [Step(at, *[None] * 5, np.full(len(heard), told if at < BASELINE_PERIODS + months else NOTHING), None) for at in watched]
        return list(_found(scene, drawing, number, steps))

    assert len(found(FIRED)) > 5
    for told in (FIRED, WORSENED):  # an open alert that tells it as worse tells it
        assert {one.delay for one in found(told)} == {1}
    assert {one.delay for one in found(RECOVERED)} == {None}
    late = [one for one in found(WORSENED, FOUND_WITHIN) if one.delay is None]
    assert late and all(one.delay == 1 for one in found(WORSENED, FOUND_WITHIN) if one not in late), "before it began nothing finds it"
