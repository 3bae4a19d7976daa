"""What is said of areas: windows, shrinkage, benchmarks, ranks and funnels, on a small tree."""

import numpy as np
import pytest

from etl.domain.area_estimates import AreaEstimates, Kin, Sums, estimate_areas
from etl.domain.estimate import mean_interval

WINDOWS = (1, 3, 6, 12)
MONTHS = 14
ROOT, COUNTIES, GRIDS = 0, range(1, 5), range(5, 45)


def kin() -> Kin:
    level = np.array([1] + [3] * 4 + [4] * 40)
    parent = np.array([-1] + [0] * 4 + [1 + grid % 4 for grid in range(40)])
    ranked = np.ones((45, MONTHS), bool)
    ranked[44] = False  # an unknown member
    return Kin(level, np.repeat(parent[:, None], MONTHS, axis=1), ranked)


def sums(a_month: float = 8, seed: int = 3) -> Sums:
    """A few answers a grid and month, weighted; parents are sums of their children."""
    rng, tree = np.random.default_rng(seed), kin()
    parts = np.zeros((5, 45, MONTHS))
    for grid in GRIDS:
        middle = 66 + 5 * (kin().parent[grid, 0]) + rng.normal(0, 3)
        for month in range(MONTHS):
            size = rng.poisson(a_month * (0.1 if grid == 5 else 1))
            x, w = np.clip(rng.normal(middle, 18, size), 0, 100), rng.uniform(0.5, 2, size)
            parts[:, grid, month] = size, w.sum(), (w**2).sum(), (w * x).sum(), (w * x * x).sum()
    for rows in (GRIDS, COUNTIES):
        for row in rows:
            parts[:, tree.parent[row, 0]] += parts[:, row]
    return Sums(*parts)


@pytest.fixture(scope="module")
def made() -> AreaEstimates:
    return estimate_areas(sums(), kin(), WINDOWS)


def test_windows_grow_until_something_may_be_shown_and_until_it_proves_something(made: AreaEstimates) -> None:
    spans = {window: sums().over(window, 0) for window in WINDOWS}
    for chosen, least in ((made.window, 5), (made.proof_window, 30)):
        for window, over in spans.items():
            at = chosen == window
            enough = over.n_eff >= least
            assert at.any()
            assert not any((spans[shorter].n_eff[at & enough] >= least).any() for shorter in WINDOWS if shorter < window)
            most = np.max([each.n_eff for each in spans.values()], axis=0)
            assert over.n_eff[at & ~enough] == pytest.approx(most[at & ~enough]), "none is enough: the one with most"
    for window, over in spans.items():
        at = made.window == window
        assert made.direct.n_eff[at] == pytest.approx(over.n_eff[at])
        assert made.direct.value[at] == pytest.approx(over.mean[at])
    assert (made.proof_window[list(COUNTIES)] == 1).all()  # eighty answers each
    assert (made.proof_window >= made.window).all()
    assert made.window[5, -1] > 1 and made.proof_window[5, -1] == 12


def test_the_direct_interval_is_that_of_the_window_s_sums() -> None:
    over = sums(0.8).over(3, 0)
    made = estimate_areas(sums(0.8), kin(), WINDOWS)
    at = made.window == 3
    wanted = mean_interval(*(getattr(over, part)[at] for part in ("n", "sw", "sw2", "swx", "swx2")))
    assert made.direct.low[at] == pytest.approx(wanted.low, nan_ok=True)
    assert made.direct.high[at] == pytest.approx(wanted.high, nan_ok=True)


def test_a_window_stops_at_the_beginning() -> None:
    given = sums()
    assert given.over(12, 0).n[:, 2] == pytest.approx(given.n[:, :3].sum(axis=1))
    few = given.take(np.s_[:, :4]).over(12, 0)  # a window longer than all there is
    assert few.n[:, 3] == pytest.approx(given.n[:, :4].sum(axis=1))
    assert given.over(3, 10).n == pytest.approx(given.over(3, 0).n[:, 10:])


def test_later_periods_alone_read_as_all_do(made: AreaEstimates) -> None:
    late = estimate_areas(sums(), kin(), WINDOWS, first=12)
    for name in ("window", "proof_window", "shrunken", "mse", "benchmarked", "first_rank", "last_rank", "funnel"):
        assert getattr(late, name) == pytest.approx(getattr(made, name)[:, 12:], nan_ok=True), name


def test_children_are_shrunken_towards_their_parent(made: AreaEstimates) -> None:
    grids = list(GRIDS)
    county = sums().mean[[kin().parent[grid, 0] for grid in grids]]
    before, after = np.abs(made.direct.value[grids] - county), np.abs(made.shrunken[grids] - county)
    assert np.nanmean(after) < np.nanmean(before)
    assert np.nanmax(made.reliability[grids]) < 1
    assert made.shrunken[ROOT] == pytest.approx(made.direct.value[ROOT])
    assert made.mse[ROOT] == pytest.approx(made.direct.se[ROOT] ** 2)


def test_benchmarks_add_up_to_the_root_at_every_level(made: AreaEstimates) -> None:
    for parent, children in [(ROOT, list(COUNTIES)), *((c, [g for g in GRIDS if kin().parent[g, 0] == c]) for c in COUNTIES)]:
        weight, value = made.weight[children], np.nan_to_num(made.benchmarked[children])  # no answers in any window yet
        assert (weight * value).sum(axis=0) / weight.sum(axis=0) == pytest.approx(made.benchmarked[parent], abs=1e-10)
    assert made.benchmarked[ROOT] == pytest.approx(made.direct.value[ROOT])


def test_nobody_thin_or_unknown_is_ranked(made: AreaEstimates) -> None:
    thin = np.max([sums().over(window, 0).n_eff for window in WINDOWS], axis=0) < 30
    assert thin.any()
    assert (made.first_rank[thin] == 0).all()
    assert (made.funnel[thin] == 0).all()
    assert (made.first_rank[44] == 0).all()
    ranked = made.first_rank > 0
    assert (made.first_rank <= made.last_rank)[ranked].all()
    assert (made.last_rank <= made.siblings)[ranked].all()
    assert made.siblings.max() <= 10
    assert (made.first_rank[ROOT] == 0).all()


def test_lower_is_better_turns_the_ranks_round() -> None:
    best = estimate_areas(sums(), kin(), WINDOWS).first_rank[list(COUNTIES), -1]
    worst = estimate_areas(sums(), kin(), WINDOWS, direction=-1).last_rank[list(COUNTIES), -1]
    assert (best + worst == 5).all()


def test_a_county_far_from_its_siblings_leaves_the_funnel(made: AreaEstimates) -> None:
    # counties at 71, 76, 81, 86 before clipping, about 60 effective answers of sd 18 each: the outer ones 3 standard errors off
    assert made.funnel[1].min() < 0 < made.funnel[4].max()


def test_nobody_answered_nothing_is_said() -> None:
    empty = Sums(*(np.zeros((45, MONTHS)) for _ in range(5)))
    made = estimate_areas(empty, kin(), WINDOWS)
    assert (made.window == 0).all()
    for values in (made.direct.value, made.shrunken, made.benchmarked, made.mse):
        assert np.isnan(values).all()


def test_answers_that_do_not_vary_stand_and_are_benchmarked() -> None:
    parts = np.zeros((5, 45, MONTHS))
    for grid in GRIDS:
        score = 50 + grid
        parts[:, grid] = np.array([1, 1, 1, score, score**2])[:, None]
    for rows in (GRIDS, COUNTIES):
        for row in rows:
            parts[:, kin().parent[row, 0]] += parts[:, row]
    made = estimate_areas(Sums(*parts), kin(), (1,))
    assert made.shrunken[list(GRIDS)] == pytest.approx(made.direct.value[list(GRIDS)])
    children = [grid for grid in GRIDS if kin().parent[grid, 0] == 2]
    assert made.benchmarked[children].mean(axis=0) == pytest.approx(made.benchmarked[2])
