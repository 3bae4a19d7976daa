"""Small areas, against R's sae, and the batch against the single model."""

import numpy as np
import pytest

from etl.domain.small_area import NotEstimated, benchmark, fay_herriot, pooled_variance, shrink
from tests.etl.domain.reference import reference


def test_milk_by_reml() -> None:
    # R: sae::mseFH(yi ~ as.factor(MajorArea), SD^2, data = milk); Molina & Marhuenda (2015), Arora & Lahiri (1997)
    data = reference("milk")
    region = (data["MajorArea"].to_numpy()[:, None] == np.array([2, 3, 4])).astype(float)
    made = fay_herriot(data["yi"], data["SD"] ** 2, np.column_stack([np.ones(len(data)), region]))
    # sae stops at a relative change of A of 1e-4, we at 1e-8: the seventh digit may differ
    assert made.beta == pytest.approx([0.9681890, 0.1327801, 0.2269462, -0.2413011], abs=3e-7)
    assert made.a == pytest.approx(0.0185503, abs=5e-7)
    assert made.eblup[:3] == pytest.approx([1.0219703, 1.0476018, 1.0679513], abs=3e-7)
    assert made.mse[0] == pytest.approx(0.013460220, abs=3e-7)


def test_ml_finds_the_maximum_of_the_likelihood_and_its_mse_is_corrected_upwards() -> None:
    data = reference("milk")
    y, psi, x = data["yi"].to_numpy(), data["SD"].to_numpy() ** 2, np.ones((len(data), 1))

    def likelihood(a: float) -> float:
        v = 1 / (a + psi)
        beta = (v @ y) / v.sum()
        return 0.5 * np.log(v).sum() - 0.5 * (v @ (y - beta) ** 2)

    made = fay_herriot(y, psi, x, "ml")
    assert likelihood(made.a) > max(likelihood(made.a * 0.99), likelihood(made.a * 1.01))
    v = 1 / (made.a + psi)
    uncorrected = made.reliability * psi + (1 - made.reliability) ** 2 * (1 / v.sum() + 4 * v / (v**2).sum())
    assert (made.mse > uncorrected).all()
    assert made.a < fay_herriot(y, psi, x).a  # ML ignores what the coefficients cost


def test_no_variance_between_areas_is_nil_not_negative() -> None:
    made = fay_herriot([1.0, 1.01, 0.99, 1.0], [1.0, 1, 1, 1])
    assert made.a == 0
    assert made.eblup == pytest.approx(1)


def test_too_few_areas_are_refused() -> None:
    with pytest.raises(NotEstimated):
        fay_herriot([1.0, 2.0], [1.0, 1.0], [[1.0, 2.0], [2.0, 4.0]])


def sample(areas: int, groups: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    psi = rng.uniform(0.5, 30, (areas, groups))
    parent = rng.integers(0, 6, (areas, groups))
    y = 70 + 3 * parent + rng.normal(0, 2, psi.shape) + rng.normal(0, np.sqrt(psi))
    y[rng.random(y.shape) < 0.1] = np.nan
    return y, psi, parent


def test_the_batch_is_fay_herriot_with_an_intercept_a_parent() -> None:
    y, psi, parent = sample(80, 7)
    made = shrink(y, psi, parent)
    for group in range(7):
        there = ~np.isnan(y[:, group])
        intercepts = (parent[there, group][:, None] == np.unique(parent[there, group])).astype(float)
        single = fay_herriot(y[there, group], psi[there, group], intercepts)
        assert made.a[group] == pytest.approx(single.a, abs=1e-5)
        assert made.value[there, group] == pytest.approx(single.eblup, abs=1e-5)
        assert made.mse[there, group] == pytest.approx(single.mse, abs=1e-5)
        assert np.isnan(made.value[~there, group]).all()


def test_shrinking_less_than_halves_the_error_and_its_intervals_cover() -> None:
    rng = np.random.default_rng(11)
    parent = np.repeat(np.arange(40), 25)[:, None] + np.zeros((1, 30), int)
    psi = rng.uniform(8, 40, parent.shape)
    truth = 60 + rng.normal(0, 3, 40)[parent[:, 0], None] + rng.normal(0, 2, parent.shape)
    direct = truth + rng.normal(0, np.sqrt(psi))
    made = shrink(direct, psi, parent)
    assert ((made.value - truth) ** 2).mean() < 0.5 * ((direct - truth) ** 2).mean()
    covered = (np.abs(made.value - truth) <= 1.96 * np.sqrt(made.mse)).mean()  # 30,000 intervals
    assert 0.945 <= covered <= 0.955


def test_an_only_child_is_its_parent() -> None:
    made = shrink([[50.0], [60.0], [70.0]], [[4.0], [4.0], [9.0]], [[0], [0], [1]])
    assert made.value[2, 0] == 70
    assert made.mse[2, 0] == pytest.approx(9)


def test_pooled_variance_weighs_by_degrees_of_freedom() -> None:
    first, second = np.array([1.0, 3, 5]), np.array([2.0, 8])
    sums = [np.array([[x.sum()], [y.sum()]]) for x, y in ((first**2, second**2), (first, second), (first**0, second**0))]
    made = pooled_variance(sums[2], *sums)
    assert made == pytest.approx((2 * first.var(ddof=1) + 1 * second.var(ddof=1)) / 3)


def test_benchmarked_children_reproduce_their_parent_exactly() -> None:
    y, psi, parent = sample(60, 5)
    made, weight = shrink(y, psi, parent), np.random.default_rng(1).uniform(0, 5, y.shape)
    target = 55.0 + parent
    out = benchmark(target, made.value - made.centre, weight, parent)
    for group in range(5):
        for family in range(6):
            ours = (parent[:, group] == family) & ~np.isnan(y[:, group])
            mean = np.average(out[ours, group], weights=weight[ours, group])
            assert mean == pytest.approx(55 + family, abs=1e-12)
    assert np.isnan(out).sum() == np.isnan(y).sum()
