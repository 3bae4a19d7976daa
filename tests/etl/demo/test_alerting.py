"""The trial of alerts on one small operator nothing was tried on: what is counted, and that larger counties are seen better."""

from __future__ import annotations

from datetime import date

import pytest

from etl.commands.alert_trials import _falls, _levels
from etl.demo.alerting import Trial, trial
from etl.domain.area import Level

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
