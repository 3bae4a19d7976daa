"""The satisfaction index: published numbers on published data, and a textbook's plain steps on drawn answers."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from etl.domain import pls, tcsi
from etl.domain.tcsi_index import item_weights, respondent_scores
from etl.domain.tcsi_model import Model, WrongModel, read_model
from etl.domain.tcsi_moments import moments, resampled_correlations
from tests.etl.domain.tcsi_sample import SEVEN, TRUE, drawn

RECORDS = Path(os.environ.get("MANYI_REAL_DATA") or Path(__file__).parents[4] / "shared" / "data")
MOBI = {"image": "IMAG", "expectation": "CUEX", "quality": "PERQ", "value": "PERV", "satisfaction": "CUSA",
        "complaints": "CUSCO", "loyalty": "CUSL"}  # fmt: skip
# SmartPLS 2.0.M3, path weighting, on ECSI mobi (250 × 24; Tenenhaus et al. 2005): the reference in the tests of CRAN semPLS.
SMARTPLS = {
    ("image", "expectation"): 0.50491393, ("expectation", "quality"): 0.55674896, ("expectation", "value"): 0.04998839,
    ("quality", "value"): 0.55830438, ("image", "satisfaction"): 0.17873950, ("expectation", "satisfaction"): 0.06252287,
    ("quality", "satisfaction"): 0.51202394, ("value", "satisfaction"): 0.19476510, ("satisfaction", "complaints"): 0.52806625,
    ("image", "loyalty"): 0.19575534, ("satisfaction", "loyalty"): 0.48547762, ("complaints", "loyalty"): 0.06692607,
}  # fmt: skip
# Tenenhaus et al., CSDA 48 (2005), table 2: Cronbach's alpha of the mobile phone provider's blocks.
ALPHAS = {"image": 0.723, "expectation": 0.452, "quality": 0.877, "value": 0.824, "satisfaction": 0.779, "loyalty": 0.472}


@pytest.fixture(scope="module")
def mobi() -> tuple[Model, np.ndarray]:
    path = RECORDS / "reference" / "mobi.csv"
    if not path.exists():
        pytest.skip(f"the reference data are not here ({path}); MANYI_REAL_DATA names their folder")
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    blocks = [{"code": code, "items": [name for name in rows[0] if name.rstrip("0123456789") == prefix]} for code, prefix in MOBI.items()]
    model = read_model({**SEVEN, "construct": blocks})
    return model, np.array([[float(row[item]) for item in model.items] for row in rows])


def test_the_twelve_paths_are_those_of_the_reference_program(mobi: tuple[Model, np.ndarray]) -> None:
    model, answers = mobi
    found = tcsi.estimate(model, answers).fit
    assert model.paths and set(model.paths) == set(SMARTPLS)
    for (cause, effect), path in SMARTPLS.items():
        assert found.paths[model.codes.index(cause), model.codes.index(effect)] == pytest.approx(path, abs=1e-7)


def test_alphas_are_those_published(mobi: tuple[Model, np.ndarray]) -> None:
    model, answers = mobi
    found = dict(zip(model.codes, tcsi.estimate(model, answers).reliability.alpha, strict=True))
    assert {code: round(float(found[code]), 3) for code in ALPHAS} == ALPHAS
    assert np.isnan(found["complaints"])


def textbook(answers: np.ndarray, model: Model) -> dict[tuple[str, str], float]:
    """Wold's steps on the answers themselves: proxies, regressions of columns, until nothing moves."""
    x = (answers - answers.mean(axis=0)) / answers.std(axis=0)
    columns = [[model.items.index(item) for item in construct.items] for construct in model.constructs]
    y = [x[:, block].sum(axis=1) for block in columns]
    for _ in range(300):
        y = [(part - part.mean()) / part.std() for part in y]
        renewed = []
        for at, block in enumerate(columns):
            proxy = np.zeros(len(x))
            causes, effects = np.flatnonzero(model.arrows[:, at]), np.flatnonzero(model.arrows[at])
            if model.scheme == "path":
                if len(causes):
                    matrix = np.stack([y[i] for i in causes], axis=1)
                    proxy += matrix @ np.linalg.lstsq(matrix, y[at], rcond=None)[0]
                proxy += sum((np.corrcoef(y[i], y[at])[0, 1] * y[i] for i in effects), np.zeros(len(x)))
            else:
                for i in (*causes, *effects):
                    r = np.corrcoef(y[i], y[at])[0, 1]
                    proxy += (np.sign(r) if model.scheme == "centroid" else r) * y[i]
            renewed.append(x[:, block] @ np.array([np.mean(x[:, i] * proxy) for i in block]))
        y = renewed
    y = [(part - part.mean()) / part.std() for part in y]
    out = {}
    for at, code in enumerate(model.codes):
        causes = np.flatnonzero(model.arrows[:, at])
        if len(causes):
            found = np.linalg.lstsq(np.stack([y[i] for i in causes], axis=1), y[at], rcond=None)[0]
            out.update({(model.codes[i], code): float(value) for i, value in zip(causes, found, strict=True)})
    return out


@pytest.mark.parametrize("scheme", pls.SCHEMES)
def test_paths_are_those_of_the_textbook_steps(scheme: str) -> None:
    model = read_model({**SEVEN, "scheme": scheme})
    answers = drawn(400, np.random.default_rng(3))
    found = tcsi.estimate(model, answers).fit
    for (cause, effect), path in textbook(answers, model).items():
        assert found.paths[model.codes.index(cause), model.codes.index(effect)] == pytest.approx(path, abs=1e-8), (cause, effect)


def test_total_effects_follow_every_way() -> None:
    model = read_model(SEVEN)
    found = tcsi.estimate(model, drawn(400, np.random.default_rng(4))).fit
    at = {code: i for i, code in enumerate(model.codes)}
    path = lambda a, b: found.paths[at[a], at[b]]  # noqa: E731
    ways = path("value", "satisfaction") * (path("satisfaction", "loyalty") + path("satisfaction", "complaints") * path("complaints", "loyalty"))
    assert found.total[at["value"], at["loyalty"]] == pytest.approx(ways)
    assert np.isnan(found.r2[at["image"]]) and 0 < found.r2[at["satisfaction"]] < 1


def test_bootstrap_correlations_are_those_of_the_rows_drawn() -> None:
    answers, weights = drawn(5000, np.random.default_rng(5))[:, :4], np.random.default_rng(6).uniform(0.5, 2, 5000)
    found = resampled_correlations(answers, weights, moments(answers, weights), 3, np.random.default_rng(7))
    rng = np.random.default_rng(7)
    for sample in found:
        rows = rng.integers(0, 5000, 5000)
        expected = np.cov(answers[rows].T, aweights=weights[rows])
        sd = np.sqrt(np.diag(expected))
        assert np.allclose(sample, expected / np.outer(sd, sd), atol=1e-12)


def test_intervals_hold_the_estimate_and_most_true_signs() -> None:
    model = read_model(SEVEN)
    found = tcsi.estimate(model, drawn(1500, np.random.default_rng(8)), samples=200, rng=np.random.default_rng(9))
    assert found.spread is not None and found.spread.samples == 200
    low, high = found.spread.paths
    for cause, effect in TRUE:
        i, j = model.codes.index(cause), model.codes.index(effect)
        assert low[i, j] < found.fit.paths[i, j] < high[i, j]
    proven = {path for path in TRUE if low[model.codes.index(path[0]), model.codes.index(path[1])] > 0}
    assert proven >= {path for path, effect in TRUE.items() if effect >= 0.2}
    assert np.all(found.spread.loadings[0] <= found.fit.loadings) and np.all(found.fit.loadings <= found.spread.loadings[1])


def test_a_construct_may_not_come_out_upside_down() -> None:
    model, answers = read_model(SEVEN), drawn(600, np.random.default_rng(10))
    backwards = read_model({**SEVEN, "reversed": [f"value{i}" for i in (1, 2)]})
    turned = answers.copy()
    at = [model.items.index(item) for item in ("value1", "value2")]
    turned[:, at] = 11 - turned[:, at]
    assert np.allclose(tcsi.estimate(backwards, turned).fit.paths, tcsi.estimate(model, answers).fit.paths)
    against = tcsi.estimate(model, turned, samples=50, rng=np.random.default_rng(1))
    assert (against.fit.loadings > 0).all()
    assert against.fit.paths[model.codes.index("quality"), model.codes.index("value")] < 0
    assert against.spread is not None and against.spread.paths[1][model.codes.index("quality"), model.codes.index("value")] < 0


def test_weights_of_responses_count_like_copies_of_them() -> None:
    model, answers = read_model(SEVEN), drawn(300, np.random.default_rng(11))
    times = np.random.default_rng(12).integers(1, 4, 300)
    weighed, copied = tcsi.estimate(model, answers, times.astype(float)), tcsi.estimate(model, np.repeat(answers, times, axis=0))
    assert np.allclose(weighed.fit.paths, copied.fit.paths) and np.allclose(weighed.weights, copied.weights)
    assert np.allclose(weighed.indexes.value, copied.indexes.value)
    assert (weighed.indexes.n_eff < 300).all()


def test_an_index_is_the_weighted_mean_of_its_items() -> None:
    """Σw(x̄ − 1) / 9Σw · 100 with w = outer weight / sd; on full answers the mean of the respondents' scores."""
    model, answers = read_model(SEVEN), drawn(500, np.random.default_rng(13))
    found = tcsi.estimate(model, answers)
    for at, construct in enumerate(model.constructs):
        columns = [model.items.index(item) for item in construct.items]
        w = found.outer[columns] / answers[:, columns].std(axis=0)
        index = (w * (answers[:, columns].mean(axis=0) - 1)).sum() / (9 * w.sum()) * 100
        assert found.indexes.value[at] == pytest.approx(index)
    assert found.weights @ model.blocks == pytest.approx(np.ones(7))


def test_a_respondent_is_scored_on_what_was_answered() -> None:
    model = read_model({"construct": [{"code": "a", "items": ["p", "q"]}, {"code": "b", "items": ["r"]}], "paths": {"a": ["b"]}})
    weights = item_weights(model, np.array([0.6, 0.8, 1.0]), np.array([2.0, 1.0, 3.0]))
    assert weights == pytest.approx([0.3 / 1.1, 0.8 / 1.1, 1])
    #              p    q    r
    scores = respondent_scores(model, weights, np.array([[10, 1, 5.5], [4, np.nan, np.nan], [np.nan, np.nan, 10]]))
    assert scores[0] == pytest.approx([100 * 0.3 / 1.1, 50])
    assert scores[1, 0] == pytest.approx(100 / 3) and np.isnan(scores[1, 1])
    assert np.isnan(scores[2, 0]) and scores[2, 1] == 100


def test_two_of_three_satisfaction_items_are_needed() -> None:
    model, answers = read_model(SEVEN), drawn(200, np.random.default_rng(14))
    at = [model.items.index(f"satisfaction{i}") for i in (1, 2, 3)]
    answers[:50, at[0]] = np.nan
    answers[:20, at[1]] = np.nan
    found = tcsi.estimate(model, answers)
    assert (found.n, found.left_out) == (180, 20)
    assert found.missing[at[0]] == pytest.approx(30 / 180) and ("missing", "satisfaction1", 30 / 180) in found.warnings


def test_twins_are_told_apart_no_more() -> None:
    model, answers = read_model(SEVEN), drawn(400, np.random.default_rng(15))
    value, loyalty = ([model.items.index(f"{code}{i}") for i in (1, 2)] for code in ("value", "loyalty"))
    answers[:, loyalty] = answers[:, value]
    assert [what for kind, what, _ in tcsi.estimate(model, answers).warnings if kind == "htmt"] == ["value~loyalty"]


def test_too_little_is_refused() -> None:
    model, answers = read_model(SEVEN), drawn(60, np.random.default_rng(16))
    with pytest.raises(tcsi.TooLittle, match="29 respondents are too few"):
        tcsi.estimate(model, answers[:29])
    answers[:, model.items.index("value2")] = 7
    with pytest.raises(tcsi.TooLittle, match="item value2: everybody answered the same"):
        tcsi.estimate(model, answers)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"construct": []}, r"no \[\[construct\]\]"),
        ({"construct": [{"code": "a"}]}, "construct a has no items"),
        ({"construct": [{"code": "a", "items": ["x"], "colour": 1}]}, "construct a: unknown colour"),
        ({"construct": [{"code": "a", "items": ["x", "x"]}]}, "item named twice: x"),
        ({"construct": [{"code": "a", "items": ["x"], "least": 2}]}, "construct a: least = 2"),
        ({"scale": [10, 1]}, "lowest answer must come first"),
        ({"scheme": "mode b"}, "no weighting scheme 'mode b'"),
        ({"paths": {"image": ["happiness"]}}, "no construct 'happiness'"),
        ({"paths": {"image": ["expectation"]}}, "leads nowhere"),
        ({"paths": {**SEVEN["paths"], "loyalty": ["image"]}}, "in a circle"),
        ({"reversed": ["image9"]}, "reversed: no item image9"),
        ({"modle": 1}, "the model: unknown modle"),
    ],
)
def test_a_wrong_model_is_named(change: Mapping[str, Any], said: str) -> None:
    with pytest.raises(WrongModel, match=said):
        read_model({**SEVEN, **change})
