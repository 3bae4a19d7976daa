"""Alerts held against the small operator's own truth: those of what was planted are true and found, moved elsewhere they are neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from etl.demo.alert_truth import AlertTruth, Planted, Verdict, Watching
from etl.domain.area import Level
from etl.domain.told_alert import ToldAlert
from tests.etl.demo.conftest import Written

UPPER = (1, 2, 3)
WATCHING = {
    "fall": Watching("fall", (1, 2, 3, 4), date(2025, 11, 1), date(2026, 10, 31), frozenset({"mobile_network", "tariff", "mobile_overall"})),
    "process": Watching("process", UPPER, date(2025, 6, 1), date(2026, 11, 15)),
    "surge": Watching("surge", UPPER, date(2025, 6, 1), date(2026, 11, 15)),
    "quality": Watching("quality", UPPER, date(2025, 2, 1), date(2026, 10, 31)),
}  # fmt: skip


@pytest.fixture(scope="module")
def truth(written: Written) -> AlertTruth:
    rows = written.read("areas.csv").filter(pl.col("parent_code").is_not_null())
    return AlertTruth(written.truth.events, written.truth.means(), dict(rows.select("code", "parent_code").iter_rows()))


def told_of(planted: Planted, months: int = 1) -> ToldAlert:
    """An alert of what was planted, in the month so many after its beginning."""
    start = (planted.start.replace(day=1) + timedelta(days=31 * months)).replace(day=1)
    return ToldAlert(planted.area, planted.level, min(planted.indicators or {""}), start, start + timedelta(days=27))


def by_level(found: list[Verdict]) -> dict[Level, Verdict]:
    return {one.level: one for one in found}


@pytest.mark.parametrize("kind", WATCHING)
def test_who_tells_all_that_was_planted_is_right_and_finds_all(truth: AlertTruth, kind: str) -> None:
    planted = list(truth.planted(WATCHING[kind]))
    county = by_level(truth.verdicts(WATCHING[kind], [told_of(one) for one in planted]))[Level.COUNTY]
    assert county.fired == county.true == county.planted == len(county.delays) > 5 and county.nothing == 0
    assert all(20 <= delay <= 62 for delay in county.delays)
    assert county.record()["precision"] == county.record()["recall"] == 1.0 and county.record()["precision_low"] < 0.8


def test_an_alert_open_already_finds_a_fall_by_telling_it_as_worse(truth: AlertTruth) -> None:
    """It is no further alert, though: openings alone are counted as told."""
    watching = WATCHING["fall"]
    planted = [one for one in truth.planted(watching) if one.level == Level.COUNTY]
    county = by_level(truth.verdicts(watching, [replace(told_of(one), worse=True) for one in planted]))[Level.COUNTY]
    assert len(county.delays) == county.planted > 5 and county.fired == county.true == 0


@pytest.mark.parametrize("kind", WATCHING)
def test_alerts_elsewhere_or_too_late_find_nothing(truth: AlertTruth, kind: str) -> None:
    planted = [one for one in truth.planted(WATCHING[kind]) if one.level == Level.COUNTY]
    touched = {event["areas"][0] for event in truth.events} | {truth.parents.get(event["areas"][0]) for event in truth.events}
    quiet = next(code for code, level in sorted(truth._levels.items())
                 if level == Level.COUNTY and code not in touched | {area for event in truth.events for area in event["areas"]})  # fmt: skip
    elsewhere = by_level(truth.verdicts(WATCHING[kind], [replace(told_of(one), area=quiet) for one in planted]))[Level.COUNTY]
    assert (elsewhere.true <= 1, len(elsewhere.delays)) == (True, 0) or kind == "surge", "the tariff's complaints are everywhere"
    late = by_level(truth.verdicts(WATCHING[kind], [told_of(one, 5) for one in planted]))[Level.COUNTY]
    assert len(late.delays) == 0


def test_a_fall_is_known_by_its_indicator_its_time_and_its_parent(truth: AlertTruth) -> None:
    watching = WATCHING["fall"]
    fall = next(one for one in truth.planted(watching) if one.level == Level.COUNTY and "mobile_network" in (one.indicators or ()))
    before = replace(told_of(fall, -3), indicator="mobile_network")
    city = replace(told_of(fall), area=truth.parents[fall.area], level=Level.CITY)
    found = by_level(truth.verdicts(watching, [before, city]))
    assert found[Level.COUNTY].true == 0 and found[Level.COUNTY].nothing == 1, "it had not fallen yet"
    assert found[Level.CITY].true == 0, "one county in a city is not the city"


def test_what_the_truth_does_not_know_is_only_counted(truth: AlertTruth) -> None:
    watching = Watching("target", UPPER, date(2026, 10, 1), date(2026, 10, 1))
    (one,) = truth.verdicts(watching, [ToldAlert("44", Level.PROVINCE, "mobile_overall", date(2026, 10, 1), date(2026, 10, 1))])
    assert one.record() == {"level": "province", "fired": 1}
