"""A plan's parts: baselines that roll up, an indicator solved below one node, months that make the year, who may move next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.domain.catchball import RULES, STATES, moves
from etl.domain.period import Period, parse
from etl.domain.phasing import asked, months_of, phases
from etl.domain.plan import Nodes, Question, answer, fitted, inherited

NODES = Nodes.of([1, 10, 20, 11, 12, 21], [0, 1, 1, 10, 10, 20])
WEIGHT = np.array([0, 0, 0, 100.0, 300, 200])
MASS = np.array([600.0, 400, 200, 100, 300, 200])


def off_by(nodes: Nodes, mass: np.ndarray, level: np.ndarray) -> float:
    """The largest distance of a parent's level from the weighted mean of its children's."""
    tree, worst = nodes.tree, 0.0
    for children, starts, parents in tree.upwards:
        total = np.add.reduceat(mass[children], starts)
        there = total > 0
        means = np.add.reduceat(mass[children] * level[children], starts)[there] / total[there]
        worst = max(worst, float(np.abs(means - level[parents][there]).max(initial=0.0)))
    return worst


def test_nodes_know_parents_by_id_and_what_lies_below() -> None:
    assert NODES.tree.parent.tolist() == [-1, 0, 0, 1, 1, 2]
    assert sorted(NODES.area[NODES.below(NODES.place(10))].tolist()) == [10, 11, 12]
    with pytest.raises(KeyError):
        NODES.place(99)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_fitted_baselines_roll_up_whatever_is_known(seed: int) -> None:
    rng = np.random.default_rng(seed)
    value = np.where(rng.random(6) < 0.4, np.nan, rng.uniform(60, 90, 6))
    value[0] = 80.0
    made = fitted(NODES.tree, MASS, value)
    assert made[0] == 80 and off_by(NODES, MASS, made) < 1e-12


def test_an_area_without_a_value_takes_its_parent_s_and_a_family_moves_as_one() -> None:
    made = fitted(NODES.tree, MASS, np.array([80.0, np.nan, 74, 70, 90, np.nan]))
    assert made[1] == pytest.approx(82) and made[2] == pytest.approx(76)  # 80 and 74, together 2 too low
    assert made[4] - made[3] == pytest.approx(20) and made[5] == pytest.approx(76)
    with pytest.raises(ValueError, match="root"):
        fitted(NODES.tree, MASS, np.full(6, np.nan))


def test_inherited_values_come_from_the_nearest_above() -> None:
    got = inherited(NODES.tree, np.array([1.0, np.nan, 3, np.nan, 5, np.nan]))
    assert got.tolist() == [1, 1, 3, 1, 5, 3]


def question(**more: object) -> Question:
    baseline = fitted(NODES.tree, MASS, np.array([78.0, 77, 80, 70, 79, 80]))
    return Question(NODES, WEIGHT, baseline, 79.5, **more)  # type: ignore[arg-type]


def test_below_one_node_the_same_question_keeps_that_node_s_target() -> None:
    whole = answer(question())
    city = NODES.place(10)
    part = answer(replace(question().under(city), asked=float(whole.cascade.target[city])))
    assert part.cascade.target == pytest.approx(whole.cascade.target[NODES.below(city)], abs=1e-9)
    assert off_by(NODES, whole.mass, whole.cascade.target) < 1e-9 and off_by(NODES, whole.mass, whole.shown) <= 0.01


def test_a_lock_is_kept_and_the_rest_is_found_elsewhere() -> None:
    lock = np.full(6, np.nan)
    lock[3] = 70.5
    free, held = answer(question()), answer(question(lock=lock))
    assert held.cascade.target[3] == pytest.approx(70.5) and free.cascade.target[3] > 70.5
    assert held.cascade.target[4] > free.cascade.target[4] and held.cascade.target[0] == pytest.approx(79.5)


def test_lower_is_better_is_the_mirror_image_and_tells_levels_in_its_own_unit() -> None:
    made = answer(Question(NODES, WEIGHT, np.full(6, 2.0), 1.6, direction=-1, ceiling=0.5))
    assert made.cascade.target == pytest.approx(np.full(6, 1.6)) and (made.hardest < made.easiest).all()


def test_nobody_is_raised_beyond_the_rational_level() -> None:
    made = answer(question(rational=82.0))
    assert made.cascade.target[3:].max() <= 82 + 1e-9


YEAR = parse("2026")
HISTORY = [Period("m", date(2024, 1, 1)).shift(ahead).start for ahead in range(24)]


def test_months_make_the_year_along_the_season() -> None:
    wave = np.tile(np.sin(np.arange(12) / 12 * 2 * np.pi), 2)
    made = phases(YEAR, HISTORY, np.tile(np.arange(1.0, 13), 2), 80 + wave)
    baseline, target = np.array([80.0, 70]), np.array([81.0, 73])
    assert asked(made, baseline, target, months_of(YEAR)) == pytest.approx(target, abs=1e-12)
    months = np.array([asked(made, baseline, target, [month]) for month in made.months])
    assert made.weight @ months == pytest.approx(target, abs=1e-12)
    assert made.season[3] > 0.8 > made.season[9] and made.ramp[0] < 1 < made.ramp[-1]  # the wave's crest is in April


def test_without_a_year_of_history_months_count_alike() -> None:
    made = phases(parse("2026-Q4"), HISTORY[:7], np.ones(7), np.ones(7), ramp=0)
    assert (
        made.weight.tolist() == pytest.approx([1 / 3] * 3)
        and made.season.tolist() == [0, 0, 0]
        and made.ramp.tolist() == [1, 1, 1]
    )
    assert np.isnan(asked(made, np.ones(1), np.ones(1), [date(2020, 1, 1)])).all()


def test_catchball_moves_by_side() -> None:
    assert {rule.action for rule in moves("proposed", ["own"])} == {"comment", "counter", "agree"}
    assert {rule.action for rule in moves("countered", ["above"])} == {"comment", "accept", "decline"}
    assert {rule.action for rule in moves("locked", ["own", "line"])} == {"comment"}
    assert {rule.to for rule in RULES} == set(STATES)
    assert moves("proposed", []) == []
