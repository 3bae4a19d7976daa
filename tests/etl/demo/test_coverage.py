"""Measuring coverage: the sampled sums are the survey's, the truth of windows is weighed, and the intervals hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from etl.demo import coverage, truth
from etl.demo.coverage import Places, Tally, measure, sampled, true_sums, window_truth
from etl.demo.truth import Scene
from etl.domain.area import Level


def test_sampled_sums_climb_the_tree_and_weigh_to_the_subscribers(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "OUTCOMES", ("mobile_overall",))
    places, months = Places.of(scene), len(scene.dates.months)
    first = sampled(scene, "small", 7, 0)[0]
    for level in (Level.CITY, Level.COUNTY, Level.GRID):
        rows = places.kin.level == level
        assert first.swx[rows].sum(axis=0) == pytest.approx(first.swx[0])
        assert first.n[rows].sum(axis=0) == pytest.approx(first.n[0])
    subscribers = scene.subscribers.sum(axis=(0, 2, 3))
    asked = first.sw[0, : months - 1] / subscribers[: months - 1]  # of the outcome everybody with a mobile is often asked
    assert asked.min() > 0.3 and asked.max() < 1.05
    assert first.n[places.unknown :].sum() > 0
    again, other = (sampled(scene, "small", 7, drawing)[0] for drawing in (0, 1))
    assert (again.swx == first.swx).all() and (other.swx[0] != first.swx[0]).all(), "another drawing is another survey"


def test_the_truth_stands_where_its_outcome_area_and_month_are(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    tree, months, places = scene.tree, scene.dates.months, Places.of(scene)
    cells = [("tariff", tree.province, 0), ("tariff", tree.city_codes[2], 3), ("hall", tree.county_codes[5], 23), ("hall", tree.leaf_codes[7], 1)]
    others = [("tariff", tree.province, 2, "rival"), ("data_speed", tree.province, 2, "own")]  # no outcome of ours
    rows = [(*one, "own", 50.0 + at, 60.0 + at, 700 + at) for at, one in enumerate(cells)] + [(*one, 1.0, 2.0, 3) for one in others]
    frame = pl.DataFrame([(*one[:2], months[one[2]], *one[3:]) for one in rows], orient="row",
                         schema=["indicator", "code", "month", "brand", "mean", "usual", "subscribers"])  # fmt: skip
    monkeypatch.setattr(truth, "means", lambda _: (frame, frame))
    at = (0, 1 + 2, 1 + len(tree.city_codes) + 5, places.leaves + 7)
    for number, found in enumerate(true_sums(scene, places)):
        told = [found[coverage.OUTCOMES.index(outcome), area, month] for area, (outcome, _, month) in zip(at, cells, strict=True)]
        assert told == [[50, 51, 52, 53], [60, 61, 62, 63], [700, 701, 702, 703]][number]
        assert np.nansum(found) == sum(told), "and nowhere else"


def test_the_truth_of_a_window_is_weighed_by_subscribers() -> None:
    value, weight = np.array([[10.0, 20.0, np.nan, 40.0]]), np.array([[1.0, 3.0, 0.0, 2.0]])
    out = window_truth(value, weight, np.array([[1, 3, 3, 3]]))
    assert out[0] == pytest.approx([10.0, 17.5, 17.5, 28.0])


def test_tallies_add_up_and_tell() -> None:
    tally = Tally(4, "displayed", 100, 94, 500.0, 400.0, 10.0) + Tally(4, "displayed", 100, 96, 300.0, 200.0, -10.0)
    assert tally.record() == {
        "level": "grid", "interval": "displayed", "intervals": 200, "coverage": 95.0, "half_width": 4.0, "mse": 3.0, "bias": 0.0,
    }  # fmt: skip


def test_intervals_cover_and_shrinking_halves_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "OUTCOMES", ("mobile_overall", "tariff"))
    found = {(one.level, one.kind): one.record() for one in measure([5], "small", 1, date(2026, 10, 31))}
    for level in (Level.CITY, Level.COUNTY, Level.GRID):
        told = found[level, "displayed"]
        assert told["intervals"] > 1000
        assert 91.5 <= told["coverage"] <= 97.5  # two outcomes of one drawing: looser than the command's own bounds
    assert found[Level.GRID, "shrunken"]["mse"] < 0.5 * found[Level.GRID, "direct"]["mse"]
