"""The vertical cascade: the worked example, the properties it promises, and a generic solver that agrees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from etl.domain.cascade import Cascade, Mode, Status, Terms, feasible, solve
from etl.domain.cascade_display import displayed
from etl.domain.cascade_tree import Tree

NONE = np.nan


def terms(size: int, **given_: object) -> Terms:
    blank = {name: np.full(size, NONE) for name in ("baseline", "ceiling", "floor", "cap", "lock", "kappa")}
    return Terms(**{**blank, **{name: _array(value) for name, value in given_.items()}})  # type: ignore[arg-type]


def _array(value: object) -> object:
    return np.array(value, float) if isinstance(value, list | np.ndarray) else value


# The worked example of the product's own definition, section 4: five counties of one city.
FAMILY = Tree.of([-1, 0, 0, 0, 0, 0])
WEIGHT = np.array([0, 12000, 8000, 20000, 5000, 15000], float)
BASELINE = [NONE, 72, 80, 76, 65, 84]
CEILING = [NONE, 100, 100, 100, 100, 100]
CAPS = [NONE, 2, 2, 2, 4, 3]
EXAMPLE = terms(6, baseline=BASELINE, ceiling=CEILING)


def test_the_worked_example() -> None:
    gap = solve(FAMILY, WEIGHT, EXAMPLE, 79)
    assert gap.target[1:] == pytest.approx([74.636952, 81.883537, 78.260244, 68.296190, 85.506830], abs=5e-7)
    assert gap.lift[1] / (100 - 72) == pytest.approx(0.094177, abs=5e-7)
    capped = solve(FAMILY, WEIGHT, terms(6, baseline=BASELINE, ceiling=CEILING, cap=CAPS), 79)
    assert capped.target[1:] == pytest.approx([74, 82, 78, 69, 86.066667], abs=5e-7)
    assert capped.binding.tolist() == [False, True, True, True, True, False]
    cost = solve(FAMILY, WEIGHT, terms(6, baseline=BASELINE, ceiling=CEILING, kappa=[1] * 6), 79, Mode.COST)
    assert cost.target[1:] == pytest.approx([76.756757, 80, 76.756757, 76.756757, 84], abs=5e-7)


def test_a_parent_that_cannot_be_reached_is_told_and_never_rescaled() -> None:
    capped = terms(6, baseline=BASELINE, ceiling=CEILING, cap=CAPS)
    asked = solve(FAMILY, WEIGHT, capped, gap_of(6))
    assert asked.status is Status.INFEASIBLE
    assert (asked.attainable, asked.shortfall) == pytest.approx((79.2333333, 3.5833333), abs=5e-8)
    assert asked.target[1:] == pytest.approx([74, 82, 78, 69, 87])
    assert asked.binding[1:].all()
    assert feasible(FAMILY, WEIGHT, capped) == pytest.approx((76.8166667, 79.2333333), abs=5e-8)


def gap_of(points: float) -> float:
    return float(WEIGHT[1:] @ np.array(BASELINE[1:]) / WEIGHT.sum()) + points


def test_below_the_baseline_nobody_slides_back() -> None:
    easy = solve(FAMILY, WEIGHT, EXAMPLE, gap_of(-2))
    assert easy.status is Status.SURPLUS and easy.surplus == pytest.approx(2)
    assert easy.target[1:] == pytest.approx(BASELINE[1:])


def test_nobody_is_raised_above_the_rational_level() -> None:
    worth = terms(6, baseline=BASELINE, ceiling=CEILING, kappa=[10] * 6, value=0.5)  # s* = 100 - 10/0.5 = 80
    raised = solve(FAMILY, WEIGHT, worth, 79)
    assert (raised.target[1:][np.array(BASELINE[1:]) <= 80] <= 80 + 1e-12).all()
    assert raised.target[5] == 84


def test_a_lock_is_kept_and_its_subtree_solved_for_it() -> None:
    tree = Tree.of([-1, 0, 0, 1, 1, 2, 2])
    ours = terms(7, baseline=[NONE, NONE, NONE, 70, 80, 60, 90], ceiling=[100] * 7, lock=[NONE, 77, NONE, NONE, NONE, NONE, NONE])
    out = solve(tree, np.array([0, 0, 0, 1, 1, 1, 3.0]), ours, 83)
    assert out.target[1] == pytest.approx(77)
    assert out.target[3:5].mean() == pytest.approx(77)
    assert out.target[0] == pytest.approx(83)
    assert out.target[3] - 70 == pytest.approx(30 * (2 / 25))  # gap within the locked city alone


def test_a_cap_of_a_city_binds_as_a_lock_would() -> None:
    tree = Tree.of([-1, 0, 0, 1, 1, 2, 2])
    ours = terms(7, baseline=[NONE, NONE, NONE, 70, 80, 60, 90], ceiling=[100] * 7)
    weight = np.array([0, 0, 0, 1, 1, 1, 3.0])
    capped = solve(tree, weight, replace(ours, cap=np.array([NONE, 1, NONE, NONE, NONE, NONE, NONE])), 83)
    locked = solve(tree, weight, replace(ours, lock=np.array([NONE, 76, NONE, NONE, NONE, NONE, NONE])), 83)
    assert capped.target == pytest.approx(locked.target)
    assert capped.binding[1] and not locked.binding[1]


def test_a_lock_its_children_cannot_meet_is_named() -> None:
    tree = Tree.of([-1, 0, 0, 1, 1])
    ours = terms(
        5, baseline=[NONE, NONE, 80, 70, 80], ceiling=[100] * 5, cap=[NONE, NONE, NONE, 1, 1], lock=[NONE, 79, NONE, NONE, NONE]
    )
    out = solve(tree, np.array([0, 0, 1, 1, 1.0]), ours, 80)
    assert out.status is Status.INFEASIBLE and out.broken.tolist() == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"baseline": [NONE] * 6}, "baseline"), ({"ceiling": [NONE] * 6}, "ceiling"), ({"kappa": [0] * 6}, "kappa")],
)
def test_what_is_missing_is_named(change: dict[str, list[float]], reason: str) -> None:
    ours = replace(
        terms(6, baseline=BASELINE, ceiling=CEILING, kappa=[1] * 6), **{k: np.array(v, float) for k, v in change.items()}
    )
    with pytest.raises(ValueError, match=reason):
        solve(FAMILY, WEIGHT, ours, 79, Mode.COST)


@pytest.mark.parametrize("parents", [[-1, -1], [0, 0], [-1, 2, 1], [-1, 5]])
def test_what_is_no_tree_is_refused(parents: list[int]) -> None:
    with pytest.raises(ValueError, match=r"tree|circle"):
        Tree.of(parents)


# Random trees, three levels deep, with bounds, locks and mirrored indicators.
@st.composite
def trees(draw: st.DrawFn) -> tuple[Tree, np.ndarray, Terms, Mode, float]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cities = draw(st.integers(1, 3))
    parent = [-1, *[0] * cities]
    counties = int(rng.integers(cities, 3 * cities + 1))
    parent += [1 + i % cities for i in range(counties)]
    parent += [1 + cities + i % counties for i in range(int(rng.integers(counties, 4 * counties + 1)))]
    tree, size = Tree.of(parent), len(parent)
    some = draw(st.booleans())
    cap = np.where(some & (rng.random(size) < 0.4), rng.uniform(0, 6, size), NONE)
    floor = np.where(some & tree.leaf & (rng.random(size) < 0.2), rng.uniform(0, 1, size), NONE)
    ours = terms(
        size,
        baseline=rng.uniform(50, 90, size),
        ceiling=np.full(size, 100.0),
        kappa=rng.uniform(0.2, 3, size),
        cap=cap,
        floor=floor,
    )
    if draw(st.booleans()):
        ours = replace(ours, lower_is_better=True, baseline=-ours.baseline, ceiling=-ours.ceiling)
    weight = rng.uniform(1, 1000, size)
    mode, share = draw(st.sampled_from(list(Mode))), draw(st.floats(0.01, 0.99))
    ends = feasible(tree, weight, ours, mode)
    return tree, weight, ours, mode, ends[0] + share * (ends[1] - ends[0])


def levels(out: Cascade, ours: Terms) -> np.ndarray:
    return -out.target if ours.lower_is_better else out.target


def higher(target: float, ours: Terms, points: float) -> float:
    return target - points if ours.lower_is_better else target + points


@settings(max_examples=150, deadline=None)
@given(trees())
def test_it_rolls_up_and_keeps_its_bounds(case: tuple[Tree, np.ndarray, Terms, Mode, float]) -> None:
    tree, weight, ours, mode, target = case
    out = solve(tree, weight, ours, target, mode)
    mass = tree.summed(np.where(tree.leaf, weight, 0))
    inner = ~tree.leaf
    assert tree.children_sum(mass * out.target)[inner] / mass[inner] == pytest.approx(out.target[inner], abs=1e-9)
    assert out.target[0] == pytest.approx(target, abs=1e-9)
    least = np.where(np.isnan(ours.floor), np.where(tree.leaf, 0, -np.inf), ours.floor)
    most = np.maximum(least, np.where(np.isnan(ours.cap), np.inf, ours.cap))
    fine = ~out.broken
    assert (out.lift >= least - 1e-9)[fine].all() and (out.lift <= most + 1e-9)[fine].all()
    assert (levels(out, ours)[tree.leaf] <= np.maximum(100, np.nan_to_num(ours.floor) + 100)[tree.leaf]).all()


@settings(max_examples=100, deadline=None)
@given(trees(), st.floats(0.001, 0.5))
def test_more_asked_lowers_nobody_and_a_looser_cap_raises_nobody_else(
    case: tuple[Tree, np.ndarray, Terms, Mode, float], step: float
) -> None:
    tree, weight, ours, mode, target = case
    out = solve(tree, weight, ours, target, mode)
    more = solve(tree, weight, ours, higher(target, ours, step), mode)
    assert (more.lift >= out.lift - 1e-9).all()
    capped = np.flatnonzero(tree.leaf & ~np.isnan(ours.cap))
    if capped.size:
        looser = ours.cap.copy()
        looser[capped[0]] += step
        relaxed = solve(tree, weight, replace(ours, cap=looser), target, mode)
        others = tree.leaf & (np.arange(tree.size) != capped[0])
        assert (relaxed.lift[others] <= out.lift[others] + 1e-9).all()


@settings(max_examples=100, deadline=None)
@given(trees(), st.floats(0.01, 100))
def test_scale_and_splitting_change_nothing(case: tuple[Tree, np.ndarray, Terms, Mode, float], scale: float) -> None:
    tree, weight, ours, mode, target = case
    out = solve(tree, weight, ours, target, mode)
    assert solve(tree, weight * scale, ours, target, mode).target == pytest.approx(out.target, abs=1e-8)
    leaf = int(np.flatnonzero(tree.leaf)[0])
    halved = np.append(weight, weight[leaf] / 2)
    halved[leaf] /= 2
    twice = replace(
        ours,
        **{
            name: np.append(getattr(ours, name), getattr(ours, name)[leaf])
            for name in ("baseline", "ceiling", "floor", "cap", "lock", "kappa")
        },
    )
    split = solve(Tree.of([*tree.parent, tree.parent[leaf]]), halved, twice, target, mode)
    assert split.target[:-1] == pytest.approx(out.target, abs=1e-8)
    assert split.target[-1] == pytest.approx(split.target[leaf])


@settings(max_examples=60, deadline=None)
@given(trees())
def test_level_by_level_is_one_solve_where_nothing_binds(case: tuple[Tree, np.ndarray, Terms, Mode, float]) -> None:
    tree, weight, ours, _, target = case
    free = replace(ours, cap=np.full(tree.size, NONE), floor=np.full(tree.size, NONE))
    out = solve(tree, weight, free, target)
    mass = tree.summed(np.where(tree.leaf, weight, 0))
    if out.lift[0] <= 0:
        return
    family = tree.children_of(np.array([0]))
    ceiling = np.where(np.isin(np.arange(tree.size), family), free.ceiling[0], NONE)[family]
    first = solve(
        Tree.of([-1, *[0] * family.size]),
        np.append(0, mass[family]),
        terms(
            family.size + 1,
            baseline=np.append(NONE, out.baseline[family]),
            ceiling=np.append(NONE, ceiling),
            lower_is_better=ours.lower_is_better,
        ),
        target,
    )
    assert first.target[1:] == pytest.approx(out.target[family], abs=1e-8)
    share = out.lift[tree.leaf] / (100 - np.where(ours.lower_is_better, -free.baseline, free.baseline)[tree.leaf])
    assert share == pytest.approx(np.full(share.size, share[0]), abs=1e-9)  # the same λ at every level
    order = np.argsort(np.abs(out.baseline[tree.leaf]))
    assert (np.diff(out.lift[tree.leaf][order]) <= 1e-9).all()  # lower baseline, larger lift


@settings(max_examples=25, deadline=None)
@given(trees())
def test_a_generic_solver_finds_nothing_better(case: tuple[Tree, np.ndarray, Terms, Mode, float]) -> None:
    tree, weight, ours, mode, target = case
    out = solve(tree, weight, ours, target, mode)
    if out.status is not Status.MET:
        return
    leaf = np.flatnonzero(tree.leaf)
    room = 100 - np.abs(ours.baseline[leaf])
    share = weight[leaf] / weight[leaf].sum()
    least = np.nan_to_num(ours.floor[leaf], nan=0)
    most = np.maximum(least, np.minimum(room, np.nan_to_num(ours.cap[leaf], nan=np.inf)))

    def cost(x: np.ndarray) -> float:
        if mode is Mode.COST:
            return float(share @ (-ours.kappa[leaf] * np.log(np.maximum(1 - x / room, 1e-12))))
        return float(share @ (x**2 / (2 * room if mode is Mode.GAP else 2)))

    limits = [LinearConstraint(share[None], out.lift[0], out.lift[0])]
    for node in np.flatnonzero(~tree.leaf & ~np.isnan(ours.cap)):
        inside = np.array([_below(tree, int(one), int(node)) for one in leaf])
        limits.append(LinearConstraint((share * inside / (share @ inside))[None], -np.inf, max(ours.cap[node], out.low[node])))
    start = np.clip(np.full(leaf.size, out.lift[0]), least, most * 0.999)
    found = minimize(cost, start, bounds=list(zip(least, np.maximum(least, most * (1 - 1e-9)), strict=True)), method="SLSQP",
                     constraints=limits, options={"maxiter": 500, "ftol": 1e-13})  # fmt: skip
    if found.success:
        assert cost(out.lift[leaf]) <= found.fun + 1e-6 * max(1, abs(found.fun))


def _below(tree: Tree, node: int, ancestor: int) -> bool:
    while node >= 0 and node != ancestor:
        node = int(tree.parent[node])
    return node == ancestor


@settings(max_examples=100, deadline=None)
@given(trees())
def test_displayed_targets_still_roll_up(case: tuple[Tree, np.ndarray, Terms, Mode, float]) -> None:
    tree, weight, ours, mode, target = case
    out = solve(tree, weight, ours, target, mode)
    mass = tree.summed(np.where(tree.leaf, weight, 0))
    shown = displayed(tree, mass, out.target)
    inner = ~tree.leaf
    assert (np.abs(tree.children_sum(mass * shown)[inner] / mass[inner] - shown[inner]) <= 0.01).all()
    assert (np.abs(shown - out.target) <= 0.02).all()
    assert displayed(tree, mass, shown)[tree.leaf] == pytest.approx(shown[tree.leaf], abs=0.0100001)
