"""A plan carried over to another tree: splits, merges and ends."""

from __future__ import annotations

import pytest

from etl.domain.plan_restate import Leaf, carried_over, successors


def total(leaves: dict[int, Leaf], name: str) -> float:
    return sum(leaf.weight * getattr(leaf, name) for leaf in leaves.values())


def test_sums_stay_through_splits_merges_and_chains() -> None:
    old = {1: Leaf(100, 80, 81, 6), 2: Leaf(300, 70, 73, 6), 3: Leaf(50, 60, 66, 4), 4: Leaf(50, 90, 90, 6)}
    changes = {1: {10, 11}, 3: {2}, 11: {12}}  # 1 is split, a part of it renamed; 3 joins 2, which goes on
    made, lost = carried_over(old, changes, {2, 4, 10, 12})
    assert sorted(made) == [2, 4, 10, 12] and lost == []
    assert made[10] == Leaf(50, 80, 81, 6) == made[12] and made[4] == old[4]
    assert made[2].weight == 350 and made[2].target == pytest.approx((300 * 73 + 50 * 66) / 350)
    for name in ("baseline", "target"):
        assert total(made, name) == pytest.approx(total(old, name))


def test_what_ended_without_a_successor_is_told() -> None:
    made, lost = carried_over({1: Leaf(1, 80, 81, 6), 2: Leaf(1, 70, 71, 6)}, {}, {2})
    assert lost == [1] and list(made) == [2]


def test_circles_of_changes_end() -> None:
    assert successors(1, {1: {2}, 2: {1}}, {9}) == []
