"""The dissatisfaction model on customers drawn with a known chance: order, calibration, leaks, time, and its written form."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from etl.domain import boosting, dissatisfaction, model_card
from etl.domain.dissatisfaction import Model, TooFew, prove, prove_later, train
from etl.domain.features import OTHER, Feature, Leak, drift, encode, reference, refuse_leaks
from tests.etl.domain.customers_drawn import FEATURES, drawn


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissatisfaction, "TREES", 60)  # what is tested holds for any number
    monkeypatch.setattr(dissatisfaction, "RATE", 0.12)


@pytest.fixture(scope="module")
def fitted() -> tuple[pd.DataFrame, np.ndarray, np.ndarray, Model]:
    frame, chance, score = drawn(3000, seed=1)
    truth = (score <= 6).astype(float)
    return frame, chance, truth, train(FEATURES, frame, truth, np.random.default_rng(2))


def test_our_walk_through_the_trees_is_scikit_learn_s(fitted: tuple[pd.DataFrame, np.ndarray, np.ndarray, Model]) -> None:
    frame, _, truth, _ = fitted
    encoding = encode(FEATURES, frame)
    table = encoding.table(frame)
    grown = dissatisfaction._grow(encoding, table, truth, np.random.default_rng(3))
    ours = boosting.grown(grown, encoding.widest)
    table[::7, 0], table[::5, 1], table[::3, 2] = np.nan, np.nan, 1e9
    assert np.abs(ours.logit(table) - grown.decision_function(table)).max() < 1e-7
    again = boosting.read(json.loads(json.dumps(ours.written())))
    assert np.abs(again.logit(table) - ours.logit(table)).max() == 0


def test_the_parts_of_a_prediction_add_up_to_it(fitted: tuple[pd.DataFrame, np.ndarray, np.ndarray, Model]) -> None:
    frame, _, _, model = fitted
    table = model.encoding.table(frame)
    roots = sum(tree.value[0] for tree in model.trees.trees)
    assert np.allclose(model.trees.shares(table).sum(axis=1) + model.trees.start + roots, model.trees.logit(table))


def test_reasons_name_what_raises_a_customer_s_chance(fitted: tuple[pd.DataFrame, np.ndarray, np.ndarray, Model]) -> None:
    model = fitted[3]
    rows = pd.DataFrame({"breaks": [1.0, 9.0], "minutes": 200.0, "slow": [1.0, 0.0], "handset": ["B", "C"], "noise": 0.0})
    first, second = model.reasons(rows, most=2)
    assert first[0] == "slow" and set(second) == {"handset", "breaks"}


def test_probabilities_are_those_of_unseen_customers(fitted: tuple[pd.DataFrame, np.ndarray, np.ndarray, Model]) -> None:
    model = fitted[3]
    frame, chance, _ = drawn(6000, seed=9)
    said = model.probability(frame)
    assert np.abs(said - chance).mean() < 0.06
    for part in np.array_split(np.argsort(said), 10):
        assert said[part].mean() == pytest.approx(chance[part].mean(), abs=0.06)


def test_out_of_fold_figures_are_honest_and_noise_has_none() -> None:
    frame, chance, score = drawn(1500, seed=4)
    truth = (score <= 6).astype(float)
    proof = prove(FEATURES, frame, truth, np.random.default_rng(5), repeats=1, folds=3)
    best = dissatisfaction._auc(truth, np.log(chance / (1 - chance)))  # nobody can know more than the chance itself
    auc = proof.figures["model"]["auc"]
    assert auc.low < best and auc.value < best + 0.01 and auc.value > best - 0.05
    assert 0.75 < proof.figures["model"]["slope"].value < 1.3 and proof.figures["model"]["ece"].value < 0.04
    assert set(list(proof.importance)[:3]) == {"slow", "handset", "breaks"} and abs(proof.importance["noise"]) < 0.02
    nothing = np.random.default_rng(6).permutation(truth)
    idle = prove(FEATURES, frame, nothing, np.random.default_rng(5), repeats=1, folds=3)
    assert idle.figures["model"]["auc"].low < 0.5 < idle.figures["model"]["auc"].high + 0.03


def test_a_group_never_stands_on_both_sides() -> None:
    """Each customer answers four times alike, and nothing else tells: only a model that met the customer could know."""
    rng = np.random.default_rng(8)
    own = rng.normal(size=300)
    groups = np.repeat(np.arange(300), 4)
    frame, truth = pd.DataFrame({"fingerprint": own[groups]}), (rng.random(300) < 0.4).astype(float)[groups]
    features = (Feature("fingerprint"),)
    met = prove(features, frame, truth, np.random.default_rng(1), repeats=1, folds=3).figures["model"]["auc"].value
    kept = prove(features, frame, truth, np.random.default_rng(1), groups=groups, repeats=1, folds=3).figures["model"]["auc"].value
    assert met > 0.65 and kept < 0.6


def test_the_last_months_are_held_out_and_so_are_their_customers() -> None:
    frame, _, score = drawn(2000, seed=11)
    truth, later = (score <= 6).astype(float), np.arange(2000) >= 1500
    proof = prove_later(FEATURES, frame, truth, later, np.random.default_rng(1))
    assert proof.rows == 500 and proof.dissatisfied == truth[1500:].sum() and proof.figures["model"]["auc"].value > 0.65
    groups = np.arange(2000) % 500  # everybody of the last months was there before
    with pytest.raises(TooFew):
        prove_later(FEATURES, frame, truth, later, np.random.default_rng(1), groups)


def test_another_score_of_the_same_answer_is_refused() -> None:
    frame, _, score = drawn(800, seed=12)
    rng = np.random.default_rng(1)
    frame["speed"] = np.clip(np.rint(score + rng.normal(0, 2, 800)), 1, 10)
    features = (*FEATURES, Feature("speed"))
    with pytest.raises(Leak, match="speed") as leak:
        refuse_leaks(features, frame, score)
    assert leak.value.names == ("speed",)
    with pytest.raises(Leak, match="breaks"):
        refuse_leaks(FEATURES, frame, score, same_answer=["breaks"])
    refuse_leaks(FEATURES, frame, score)


def test_too_few_answers_teach_nothing() -> None:
    frame, _, score = drawn(120, seed=1)
    with pytest.raises(TooFew, match="120 answers"):
        train(FEATURES, frame, (score <= 6).astype(float), np.random.default_rng(1))


def test_rare_and_unseen_categories_are_other_and_the_training_s_alone() -> None:
    training = pd.DataFrame({"handset": ["A"] * 40 + ["B"] * 30 + ["Z"] * 3, "n": 1.0})
    encoding = encode((Feature("handset", "category"), Feature("n")), training)
    assert encoding.categories["handset"] == ("A", "B", OTHER)
    later = pd.DataFrame({"handset": ["B", "Z", "new", None], "n": 1.0})
    codes = encoding.table(later)[:, 0]
    assert codes[:3].tolist() == [1, 2, 2] and np.isnan(codes[3])


def test_drift_tells_another_population() -> None:
    rng = np.random.default_rng(3)
    was = pd.Series(rng.poisson(3, 4000).astype(float))
    spread = reference(was, "number")
    assert drift(spread, pd.Series(rng.poisson(3, 2000).astype(float))) < 0.05
    assert drift(spread, pd.Series(rng.poisson(6, 2000).astype(float))) > 0.25
    words = reference(pd.Series(["a"] * 50 + ["b"] * 50, dtype=object), "category")
    assert drift(words, pd.Series(["a"] * 10 + ["c"] * 90, dtype=object)) > 0.25


def test_a_record_is_read_back_and_a_changed_one_refused(fitted: tuple[pd.DataFrame, np.ndarray, np.ndarray, Model]) -> None:
    frame, _, truth, model = fitted
    proof = prove_later(FEATURES, frame, truth, np.arange(3000) >= 2000, np.random.default_rng(1))
    content = model_card.document(model, FEATURES, frame, {"prediction": "p"}, model_card.card(proof, FEATURES), proof.predicted)
    stored = json.loads(json.dumps(content))
    again = model_card.opened(stored)
    assert np.array_equal(again.probability(frame), model.probability(frame))
    low, high = model_card.proven_range(stored, again.probability(frame))
    assert (low < high).all()
    bands = model_card.band(stored, proof.predicted)
    assert 0.08 < (bands == 1).mean() < 0.13 and 0.15 < (bands == 2).mean() < 0.25
    stored["model"]["slope"] = 2.0
    with pytest.raises(model_card.WrongModel, match="checksum"):
        model_card.opened(stored)
    with pytest.raises(model_card.WrongModel, match="format"):
        model_card.opened({"format": "pickle"})


def test_a_tree_that_leads_back_is_no_model() -> None:
    with pytest.raises(ValueError, match="leads back"):
        boosting.read({"start": 0, "trees": [[[0, 1.0, 0, 0, 0, 0.0]]]})
