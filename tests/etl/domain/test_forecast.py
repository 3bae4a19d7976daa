"""Forecasts of a period's end: against the exact Gaussian answer, on drawn trees, and at their edges."""

from __future__ import annotations

import numpy as np
import pytest

from etl.domain import forecast as module
from etl.domain.area_estimates import Kin, Sums
from etl.domain.forecast import Span, Variances, chance_of_meeting, filtered, forecast, learn

ANSWER = 480.0  # variance of one answer, points²


def sums_of(mean: np.ndarray, n: np.ndarray, rng: np.random.Generator | None = None) -> Sums:
    """Sums of ``n`` equally weighted answers around ``mean`` [area, month]; without a generator exactly at it."""
    said = mean if rng is None else mean + rng.normal(size=mean.shape) * np.sqrt(ANSWER / np.maximum(n, 1))
    x = np.where(n > 0, n * said, 0.0)
    squares = np.where(n > 0, x**2 / np.maximum(n, 1) + ANSWER * np.maximum(n - 1, 0), 0.0)
    return Sums(n, n.copy(), n.copy(), x, squares)


def tree(cities: int, counties: int, months: int) -> Kin:
    parent = np.r_[-1, np.zeros(cities, int), 1 + np.arange(counties) % cities]
    level = np.repeat([1, 2, 3], [1, cities, counties])
    return Kin(level, np.repeat(parent[:, None], months, axis=1), np.ones((len(parent), months), bool))


def grown(kin: Kin, rng: np.random.Generator, months: int) -> tuple[np.ndarray, Sums, np.ndarray]:
    """True month means and answers of a tree whose counties drift; parents are their children."""
    areas, counties = len(kin.level), np.flatnonzero(kin.level == 3)
    up = kin.parent[:, 0]
    shape = (len(counties), months)
    city = rng.normal(0, 2, 50)[up[counties]][:, None]
    mean = 80 + city + rng.normal(0, 1.5, len(counties))[:, None] + np.cumsum(rng.normal(0, 0.5, shape), 1) + rng.normal(0, 0.8, shape)
    n, true = np.zeros((areas, months)), np.zeros((areas, months))
    n[counties], true[counties] = rng.integers(30, 90, len(counties))[:, None], mean
    drawn = sums_of(true, n, rng)
    size = n.copy()
    for level in (3, 2):
        rows = np.flatnonzero(kin.level == level)
        for part in (drawn.n, drawn.sw, drawn.sw2, drawn.swx, drawn.swx2):
            np.add.at(part, up[rows], part[rows])
        total = np.zeros_like(true)
        np.add.at(total, up[rows], (true * size)[rows])
        np.add.at(size, up[rows], size[rows])
        above = np.unique(up[rows])
        true[above] = total[above] / size[above]
    return true, drawn, size


def test_the_filter_is_the_exact_gaussian_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """One area, three months and a third of a fourth: the multivariate normal conditioned by hand on the same variances."""
    given = Variances(4.0, 0.3, 0.5)
    y, v, share = np.array([1.5, -0.4, 2.0, 3.0]), np.array([2.0, 3.0, 1.0, 4.0]), 1 / 3
    own = module._run(y[None], v[None], given, share, vague=False)
    walk = np.array([[given.start + given.drift * min(i, j) for j in range(4)] for i in range(4)])
    noise = np.diag([given.noise] * 3 + [given.noise / share])
    gain = walk @ np.linalg.inv(walk + noise + np.diag(v))
    level = gain @ y
    assert own.level[0] == pytest.approx(level[3]) and own.variance[0] == pytest.approx((walk - gain @ walk)[3, 3])
    # the whole month shares the third's noise by a third of it: cov(month, part) = level + noise
    cross = walk[3] + np.array([0, 0, 0, given.noise])
    row = cross @ np.linalg.inv(walk + noise + np.diag(v))
    assert own.month[0, 3] == pytest.approx(row @ y)
    assert own.month_variance[0, 3] == pytest.approx(walk[3, 3] + given.noise - row @ cross)


def test_the_figure_to_come_is_the_exact_gaussian_one() -> None:
    """A quarter with one month done, 60 % of the second in and the third to come: variance summed term by term."""
    n = np.full((1, 5), 90.0)
    n[0, 4] = 54.0
    sums = sums_of(np.full((1, 5), 80.0), n)
    now = module.Now(*(np.array([x]) for x in (81.0, 1.2, 0.3, 0.5, ANSWER, 81.0, 1.0)))
    said = forecast(sums, now, Span(done=1, ahead=1), elapsed=0.6)
    so_far = 54 / (54 + 36)
    rest, later = (1 - so_far) * 90, 90.0
    assert said.value[0] == pytest.approx((90 * 80 + 90 * so_far * 80 + (rest + later) * 81) / 270)
    per_month = 0.5 + ANSWER / 90
    variance = (rest + later) ** 2 * 1.2 + later**2 * 0.3 + rest**2 * per_month / 0.4 + later**2 * per_month
    # how many come is not known either: 126 expected, from six months of 90; they would move the figure towards 81
    fewer = ((81 - 80) * 144 / 270 * 126 / 270) ** 2 * (1 / 126 + 1 / (6 * 90))
    assert said.sd[0] == pytest.approx(np.sqrt(variance / 270**2 + fewer))


def test_a_period_that_is_over_is_what_it_is() -> None:
    rng = np.random.default_rng(1)
    kin = tree(5, 40, 12)
    _, sums, _ = grown(kin, rng, 12)
    said = forecast(sums, filtered(sums, kin), Span(0, 0))
    assert said.value == pytest.approx(sums.mean[:, -1]) and (said.sd == 0).all()


def test_learning_finds_the_variances_behind_drawn_areas() -> None:
    rng, shape = np.random.default_rng(2), (400, 24)
    true = rng.normal(0, 3, 400)[:, None] + np.cumsum(rng.normal(0, 0.8, shape), 1) + rng.normal(0, 1.2, shape)
    error = rng.uniform(0.5, 4, shape)
    found = learn(true + rng.normal(size=shape) * np.sqrt(error), error)
    assert found.start == pytest.approx(9.6, rel=0.25)  # 3² and the first month's drift
    assert found.drift == pytest.approx(0.64, rel=0.2) and found.noise == pytest.approx(1.44, rel=0.25)


def test_intervals_hold_what_they_promise_on_drawn_trees() -> None:
    """Figures of months whose first 40 % were in, 10 operators, none of them used to choose anything."""
    inside = {0.8: 0, 0.95: 0}
    total, naive, ours, true_in = 0, 0.0, 0.0, 0
    kin = tree(9, 60, 20)
    for seed in range(10):
        rng = np.random.default_rng([77, seed])
        true, sums, size = grown(kin, rng, 20)
        early = Sums(*(part.copy() for part in (sums.n, sums.sw, sums.sw2, sums.swx, sums.swx2)))
        counties = np.flatnonzero(kin.level == 3)
        first = sums_of(true[:, -1:], np.round(0.4 * size[:, -1:]), rng)
        for part, new in zip((early.n, early.sw, early.sw2, early.swx, early.swx2),
                             (first.n, first.sw, first.sw2, first.swx, first.swx2), strict=True):  # fmt: skip
            part[:, -1] = new[:, 0]
        late = sums_of(true[:, -1:], size[:, -1:] - first.n, rng)
        figure = ((first.swx + late.swx) / size[:, -1:])[:, 0]
        now = filtered(early, kin, 0.4)
        said = forecast(early, now, Span(0, 0), 0.4)
        for level in inside:
            low, high = said.interval(level)
            inside[level] += int(((low <= figure) & (figure <= high))[counties].sum())
        total += len(counties)
        ours, naive = ours + ((said.value - figure)[counties] ** 2).sum(), naive + ((sums.mean[:, -2] - figure)[counties] ** 2).sum()
        true_in += int((np.abs(true[:, -1] - now.month) <= 1.96 * np.sqrt(now.month_variance))[counties].sum())
    assert inside[0.8] / total == pytest.approx(0.8, abs=0.05) and inside[0.95] / total == pytest.approx(0.95, abs=0.03)
    assert ours < 0.5 * naive and true_in / total == pytest.approx(0.95, abs=0.035)


def test_an_area_with_few_answers_is_forecast_like_its_parent_and_unsure() -> None:
    rng = np.random.default_rng(5)
    kin = tree(5, 40, 16)
    _, sums, _ = grown(kin, rng, 16)
    poor = 6
    for part in (sums.n, sums.sw, sums.sw2, sums.swx, sums.swx2):
        part[poor] = 0.0
    sums.n[poor, -1] = sums.sw[poor, -1] = sums.sw2[poor, -1] = 1.0
    sums.swx[poor, -1] = 10.0  # one answer, a very bad one
    now = filtered(sums, kin)
    parent = kin.parent[poor, -1]
    assert abs(now.level[poor] - now.level[parent]) < 2 and now.variance[poor] > 2 * np.median(now.variance[kin.level == 3])


def test_an_area_nobody_ever_answered_in_has_no_forecast() -> None:
    kin = tree(3, 12, 6)
    _, sums, _ = grown(kin, np.random.default_rng(6), 6)
    for part in (sums.n, sums.sw, sums.sw2, sums.swx, sums.swx2):
        part[-1] = 0.0
    said = forecast(sums, filtered(sums, kin, 0.5), Span(0, 0), 0.5)
    assert np.isnan(said.value[-1]) and np.isfinite(said.value[:-1]).all()


def test_more_days_in_make_it_surer_and_more_months_ahead_less_sure() -> None:
    kin = tree(5, 40, 16)
    _, sums, _ = grown(kin, np.random.default_rng(7), 16)
    widths = [forecast(sums, filtered(sums, kin, part), Span(0, 0), part).sd.mean() for part in (0.2, 0.5, 0.9)]
    assert widths == sorted(widths, reverse=True)
    now = filtered(sums, kin)
    ahead = [forecast(sums, now, Span(2 - months, months)).sd.mean() for months in (0, 1, 2)]
    assert ahead == sorted(ahead)


@pytest.mark.parametrize(
    ("value", "sd", "target", "direction", "target_variance", "chance"),
    [
        (80.0, 1.0, 80.0, 1, 0.0, 0.5), (81.0, 1.0, 80.0, 1, 0.0, 0.841345), (81.0, 1.0, 80.0, -1, 0.0, 0.158655),
        (82.0, 3.0, 80.0, 1, 16.0, 0.655422), (81.0, 0.0, 80.0, 1, 0.0, 1.0), (np.nan, 1.0, 80.0, 1, 0.0, np.nan),
    ],
)  # fmt: skip
def test_the_chance_of_meeting_a_target(
    value: float, sd: float, target: float, direction: int, target_variance: float, chance: float
) -> None:
    found = chance_of_meeting(value, sd, target, direction, target_variance)
    assert found == pytest.approx(chance, abs=1e-6, nan_ok=True)
