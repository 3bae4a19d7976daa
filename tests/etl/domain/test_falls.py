"""Falls over a long history: charts that begin anew, what is frozen, and grids held to a share of false alarms."""

from __future__ import annotations

import numpy as np
import pytest

from etl.domain.area import Level
from etl.domain.charts import Charts
from etl.domain.detect import Series
from etl.domain.falls import DEEP, Step, Watch, Watcher
from etl.domain.gates import Cut, closed_by, reference
from etl.domain.lives import FIRED
from etl.domain.rule_length import promised, simulated
from etl.domain.watch import Rule
from tests.etl.domain.test_detect import counties, lowered, world


def followed(series: Series, rule: Rule | None = None, closed: np.ndarray | None = None) -> list[Step]:
    held = np.zeros(series.value.shape, bool) if closed is None else closed
    watcher = Watcher(Charts.of(series, 1.0, held, DEEP), rule or Rule(), held, np.ones(len(series.level), bool))
    return list(watcher.follow(Watch.fresh(len(series.level)), 12, series.value.shape[1] - 1))


def test_a_chart_begins_anew_each_year_unless_the_series_is_not_at_rest() -> None:
    series = world(2, cities=3, counties=12, n=600, periods=40)
    fallen = int(counties(series)[0])
    steps = followed(lowered(series, np.array([fallen]), 20, 8))
    charts = np.array([step.watch.chart for step in steps])
    rested = ~np.array([step.watch.lives.open for step in steps]).any(axis=0)
    assert steps[8].told[fallen] == FIRED or steps[9].told[fallen] == FIRED
    assert charts[0].max() == 0 and set(charts[-1][rested]) == {2} and rested.sum() > 12  # periods 12, 24 and 36 begin charts
    assert charts[-1][fallen] == 0 and steps[-1].watch.lives.open[fallen]  # measured against what was before the fall


def test_what_a_gate_holds_back_leaves_the_chart_as_it_was() -> None:
    series = world(5, cities=3, counties=12, n=600, periods=20)
    area, closed = int(counties(series)[0]), np.zeros(series.value.shape, bool)
    closed[area, 15] = True
    steps = followed(lowered(series, np.array([area]), 15, 30), closed=closed)
    assert np.isnan(steps[3].column.s[area]) and not steps[3].signal[area]
    assert steps[4].told[area] == FIRED  # the next month says it


def test_the_whole_rule_runs_about_as_long_as_the_limit_promises() -> None:
    rng = np.random.default_rng(1)
    assert promised(2.7634) == pytest.approx(370, rel=0.01)
    assert 370 / 2 < simulated(2.7634, rng, series=2000, periods=600) < 370 * 2
    assert simulated(2.7634, rng, series=500, periods=200, shift=1.5) < 6


def test_many_doubtful_children_make_a_doubtful_parent() -> None:
    parent, level = np.array([-1, 0, 0, 1]), np.array([2, 3, 3, 4])
    n = np.array([[900.0] * 4 + [1500], [300] * 4 + [900], [600] * 5, [300] * 4 + [900]])
    assert closed_by(n, [], parent, level)[:, 4].tolist() == [True, True, False, True]
    few = np.array([[9000.0] * 4 + [9600], [300] * 4 + [900], [8700] * 5, [300] * 4 + [900]])
    assert closed_by(few, [], parent, level)[:, 4].tolist() == [False, True, False, True]


def test_a_grid_shares_its_county_s_mix() -> None:
    parent, level = np.array([-1, 0]), np.array([3, 4])
    n = np.full((1, 14, 2), 200.0)
    n[0, 13] = [320, 80]
    closed = closed_by(np.full((2, 14), 400.0), [Cut("mode", ("a", "b"), n, np.full(n.shape, 70.0))], parent, level)
    assert closed[:, 13].tolist() == [True, True] and not closed[:, :13].any()


@pytest.mark.parametrize(("at", "periods"), [(5, slice(0, 5)), (12, slice(0, 12)), (20, slice(0, 12)), (24, slice(12, 24))])
def test_a_mix_is_held_against_the_baseline_of_the_charts(at: int, periods: slice) -> None:
    assert reference(at) == periods


def test_lopsided_answers_do_not_make_counties_cry_wolf() -> None:
    """Means of a dozen answers with a long tail below: alarms come about as often as the limit promises, not twice as often."""
    rng, periods, cities, each = np.random.default_rng(7), 36, 12, 60
    parent = np.array([-1, *[0] * cities, *np.repeat(np.arange(1, cities + 1), each)])
    level = np.array([1, *[2] * cities, *[3] * (cities * each)])
    means = 100 - rng.gamma(12.0, 20 / 12, (cities * each, periods))  # of a dozen answers 20 below 100 on average: skewness -2
    city = means.reshape(cities, each, periods).mean(axis=1)
    value, n = np.vstack([city.mean(axis=0), city, means]), np.repeat([12 * each * cities, 12 * each, 12], [1, cities, cities * each])
    series = Series(value, np.repeat(n[:, None].astype(float), periods, axis=1), np.full(value.shape, 20.0), parent, level)
    steps = followed(series, Rule(material=dict.fromkeys(Level, 0.0)))
    at_rest = sum(int((step.watch.lives.settled & (level == 3)).sum()) for step in steps)
    told = sum(int((step.told[level == 3] == FIRED).sum()) for step in steps)
    assert told <= 1.6 * at_rest / 1000 and at_rest > 15_000


def test_a_fall_of_many_answers_is_not_taken_for_lopsided_ones() -> None:
    """Falls among the twelve periods that make the baseline, in counties of 4,000 answers: the limits stay where they are."""
    series = world(4, cities=4, counties=48, n=4000)
    fallen = lowered(series, counties(series)[:3], 8, 12)
    watcher = Watcher(Charts.of(fallen, 1.0, None, DEEP), Rule(), np.zeros(fallen.value.shape, bool), np.ones(len(series.level), bool))
    limits = watcher.limits(watcher.charts.charts[0].skewness)[series.level == Level.COUNTY]
    assert limits == pytest.approx(3.1025, abs=0.03) and watcher.charts.charts[0].skewness.min() == -2
