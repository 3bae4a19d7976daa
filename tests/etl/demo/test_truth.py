"""The written truth against what the files say, and against the chain it was made with."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from etl.demo import expectation
from etl.demo.chain import ITEM, ITEMS, MODE_EFFECTS, PROCESS, SCORE_SD, SEGMENT_EFFECTS, total_effect
from etl.demo.dates import LEAD_WEEKS, dates
from etl.demo.generate import _scene
from etl.demo.truth import Scene, fall_sizes
from etl.demo.world import chain, county_by_week
from tests.etl.demo.conftest import UNTIL, Written

CELL = ["month", "county", "business", "segment"]
SMALLEST = 25  # n_eff of a cell that is tested


WHOLE = ["month", "business", "segment"]


def weighted(written: Written) -> pl.DataFrame:
    """Own answers, long: month, county, indicator, x (0-100), w (subscribers a respondent of the cell) and whole, the same with the
    subscribers of cells nobody answered in given to the answers of other counties."""
    subscribers = written.placed(written.read("subscribers_*.csv").with_columns(day=pl.col("month") + "-01"))
    people = subscribers.group_by(CELL).agg(pl.col("subscribers").cast(pl.Int64).sum())
    own = written.survey.filter(brand="own")
    long = own.unpivot(ITEMS, index=CELL, variable_name="indicator", value_name="raw").drop_nulls("raw")
    met = long.group_by(*CELL, "indicator").len().join(people, on=CELL)
    reached = met.group_by(*WHOLE, "indicator").agg(reached=pl.col("subscribers").sum())
    every = people.group_by(WHOLE).agg(every=pl.col("subscribers").sum())
    w = pl.col("subscribers") / pl.col("len")
    cells = met.join(reached, on=[*WHOLE, "indicator"]).join(every, on=WHOLE).select(
        *CELL, "indicator", w=w, whole=w * pl.col("every") / pl.col("reached")
    )  # fmt: skip
    return long.join(cells, on=[*CELL, "indicator"]).with_columns(x=(pl.col("raw").cast(pl.Float64) - 1) / 9 * 100)


def z_scores(answers: pl.DataFrame, truth: pl.DataFrame, code: pl.Expr) -> pl.Series:
    """(estimate - truth) / its standard error, a cell of area, month and indicator each."""
    w, x = pl.col("w"), pl.col("x")
    cells = answers.group_by("month", "indicator", code.alias("code")).agg(
        mean_=(w * x).sum() / w.sum(), square=(w * x**2).sum() / w.sum(), n_eff=w.sum() ** 2 / (w**2).sum()
    )
    both = cells.join(truth, on=["code", "month", "indicator"]).filter(pl.col("n_eff") >= SMALLEST)
    error = ((both["square"] - both["mean_"] ** 2) / (both["n_eff"] - 1)).sqrt()
    return (both["mean_"] - both["mean"]) / error


def test_the_weighted_answers_agree_with_the_truth_within_sampling_error(written: Written) -> None:
    truth = written.truth.means().filter(brand="own").with_columns(month=pl.col("month").dt.strftime("%Y-%m"))
    answers = weighted(written)
    # few answers of a skewed score pull the mean z of small cells above 0 a little. Of the special segment every third customer
    # lives in a cell nobody answered in: left out, as within a county they must be, they move the province's mean z by a tenth
    # ("w": -.34; "whole": -.22)
    by_city = pl.col("county").str.slice(0, 4)
    levels = ((pl.col("county"), "w", 5_000, 0.15), (by_city, "w", 5_000, 0.15), (pl.lit("44"), "whole", 400, 0.25))
    for code, weight, least, most in levels:
        z = z_scores(answers.with_columns(w=weight), truth, code)
        assert len(z) > least
        assert abs(z.mean()) < most
        assert 0.85 < z.std() < 1.12
        assert 0.92 < (z.abs() < 1.96).mean() < 0.98


def test_the_rival_agrees_with_its_truth(written: Written) -> None:
    truth = written.truth.means().filter(brand="rival", level=1).with_columns(month=pl.col("month").dt.strftime("%Y-%m"))
    answers = written.survey.filter(brand="rival").unpivot(ITEMS, index="month", variable_name="indicator", value_name="raw")
    scores = (pl.col("raw").cast(pl.Float64) - 1) / 9 * 100
    cells = answers.drop_nulls("raw").group_by("month", "indicator").agg(m=scores.mean(), sd=scores.std(), n=pl.len())
    both = cells.join(truth, on=["month", "indicator"]).filter(pl.col("n") >= SMALLEST)
    z = (both["m"] - both["mean"]) / (both["sd"] / both["n"].sqrt())
    assert abs(z.mean()) < 0.2
    assert 0.85 < z.std() < 1.25  # the brand-mix shift adds a little


def test_parents_are_the_weighted_means_of_their_children(written: Written) -> None:
    truth = written.truth.means().filter(brand="own", indicator="tariff")
    totals = truth.group_by("level", "month").agg((pl.col("mean") * pl.col("subscribers")).sum() / pl.col("subscribers").sum())
    spread = totals.group_by("month").agg(pl.col("mean").max() - pl.col("mean").min())
    assert spread["mean"].max() < 1e-3
    assert truth.filter(pl.col("level") == 4).group_by("month").len()["len"].unique().to_list() == [3000]


def test_expected_scores_are_those_of_the_rounded_answers() -> None:
    rng = np.random.default_rng(1)
    mode = rng.choice(4, 400_000, p=expectation.mode_mix("tariff"))
    latent = 77 + MODE_EFFECTS[mode] + SEGMENT_EFFECTS[1] + SCORE_SD * rng.standard_normal(400_000)
    drawn = ((expectation.discretise(latent) - 1) / 9 * 100).mean()
    exact = expectation.expected(expectation.table("tariff", 1, 0, 1), np.array([77.0]))[0]
    assert drawn == pytest.approx(exact, abs=0.15)


@pytest.mark.parametrize(("process", "item"), [("coverage_rate", "mobile_overall"), ("prb_use", "data_speed"),
                                               ("hotline_wait", "hotline"), ("dispute_rate", "tariff")])  # fmt: skip
def test_the_chain_does_what_the_truth_says_and_no_sooner_than_the_lag(scene: Scene, process: str, item: str) -> None:
    county, flat = county_by_week(scene.tree, scene.dates), np.zeros_like(scene.world.latent)
    base = {code: np.full_like(values, PROCESS[code].reference) for code, values in scene.world.process.items()}
    more = {**base, process: base[process].copy()}
    week, lag = 40, PROCESS[process].lag
    more[process][:, week:] += 1
    change = (chain(more, scene.tree, county, flat) - chain(base, scene.tree, county, flat))[ITEM[item]]
    assert np.abs(change[:, : week + lag]).max() == 0
    assert change[:, week + lag :] == pytest.approx(total_effect(process, item), abs=1e-5)


@pytest.mark.parametrize("seed", [1, 2026])
def test_falls_have_their_planned_size_for_any_seed(seed: int) -> None:
    scene, _ = _scene(dates(UNTIL), seed)
    falls = scene.world.events.falls
    sizes = {fall: fall_sizes(scene, fall)["realised_points"] for fall in falls}
    assert sum(3 <= size <= 8 for fall, size in sizes.items() if fall.level == "county") >= 30
    assert sum(size >= 7 for fall, size in sizes.items() if fall.level == "grid") >= 60
    assert sum(fall.network for fall in falls if fall.level == "county") >= 10
    assert len({(fall.level, fall.unit) for fall in falls}) == len(falls)
    assert all(LEAD_WEEKS < fall.start < fall.end <= scene.dates.weeks for fall in falls)


def test_effects_and_repair_are_written_down(written: Written) -> None:
    effects = {(entry["cause"], entry["on"]): entry for entry in written.truth.effects}
    assert effects["coverage_rate", "mobile_network"]["latent_per_unit"] == pytest.approx(1.6 * 0.40 + 0, abs=1e-6)
    assert effects["hotline_wait", "hotline"]["lag_weeks"] == 1
    assert all(0.5 < entry["score_per_unit"] / entry["latent_per_unit"] < 1.6 for entry in written.truth.effects)
    asked = written.survey.filter(brand="own").drop_nulls("complaint_handling")
    score = (pl.col("complaint_handling").cast(pl.Float64) - 1) / 9 * 100
    done, not_done = (asked.filter(pl.col("tags").str.contains(tag)).select(score).to_series() for tag in ("已解决", "未解决"))
    error = (done.var() / len(done) + not_done.var() / len(not_done)) ** 0.5
    assert done.mean() - not_done.mean() == pytest.approx(written.truth.repair_effect["score"], abs=3 * error + 0.5)
