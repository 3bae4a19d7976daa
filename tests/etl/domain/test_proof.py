"""How good probabilities are: against scikit-learn, statsmodels' Newton by hand, and cases one can count."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from etl.domain.proof import BINS, FIGURES, Ranked, calibration_line, chance_error, expit, logit, measure, reliability


def sample(rows: int = 3000, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    predicted = np.round(expit(rng.normal(-1, 1.2, rows)), 2).clip(0.01, 0.99)  # rounded: ties
    return (rng.random(rows) < predicted).astype(float), predicted


def figures(truth: np.ndarray, predicted: np.ndarray, weight: np.ndarray | None = None) -> dict[str, float]:
    return dict(zip(FIGURES, Ranked(truth, predicted).figures(weight), strict=True))


def test_auc_and_brier_agree_with_scikit_learn_ties_and_weights_included() -> None:
    truth, predicted = sample()
    weight = np.random.default_rng(2).integers(0, 4, len(truth)).astype(float)
    for given in (None, weight):
        found = figures(truth, predicted, given)
        assert found["auc"] == pytest.approx(roc_auc_score(truth, predicted, sample_weight=given), abs=1e-12)
        assert found["brier"] == pytest.approx(brier_score_loss(truth, predicted, sample_weight=given), abs=1e-12)


def test_a_resample_is_the_same_rows_written_out() -> None:
    truth, predicted = sample(400)
    weight = np.random.default_rng(3).integers(0, 3, 400).astype(float)
    rows = np.repeat(np.arange(400), weight.astype(int))
    weighted, written = figures(truth, predicted, weight), figures(truth[rows], predicted[rows])
    for name in ("auc", "brier", "slope", "intercept"):  # bins of the calibration error stay where the sample cut them
        assert weighted[name] == pytest.approx(written[name], abs=1e-9), name


def test_the_calibration_line_is_the_logistic_regression_on_the_logit() -> None:
    truth, predicted = sample()
    stretched = expit(0.5 * logit(predicted) + 0.3)
    slope, intercept = calibration_line(truth, logit(stretched))
    peer = LogisticRegression(C=np.inf, tol=1e-10).fit(logit(stretched)[:, None], truth)
    assert (slope, intercept) == (pytest.approx(float(peer.coef_[0, 0]), abs=1e-4), pytest.approx(float(peer.intercept_[0]), abs=1e-4))
    assert 1.8 < slope < 2.2


def test_lift_counts_the_top_tenth() -> None:
    predicted = np.linspace(0.9, 0.1, 100)
    truth = np.zeros(100)
    truth[[0, 1, 2, 3, 50, 60, 70, 80]] = 1  # 4 of the first 10, 8 of 100
    assert figures(truth, predicted)["lift"] == pytest.approx(0.4 / 0.08)


def test_the_calibration_error_by_hand() -> None:
    predicted = np.repeat(np.linspace(0.05, 0.95, BINS), 20)
    truth = np.tile(np.r_[np.ones(10), np.zeros(10)], BINS)
    assert figures(truth, predicted)["ece"] == pytest.approx(np.abs(np.linspace(0.05, 0.95, BINS) - 0.5).mean())


def test_what_chance_alone_shows_covers_a_calibrated_model() -> None:
    truth, predicted = sample(4000, seed=5)
    chance = chance_error(predicted, np.random.default_rng(6), draws=60)
    assert 0.005 < chance < 0.03
    assert figures(truth, predicted)["ece"] < 2.5 * chance


def test_bootstrap_intervals_hold_the_figure_and_pair_the_difference() -> None:
    truth, predicted = sample(1500)
    worse = expit(logit(predicted) + np.random.default_rng(8).normal(0, 0.7, len(truth)))
    found = measure(truth, {"good": predicted[None], "worse": worse[None]}, np.random.default_rng(7), draws=120)
    assert found["good"]["auc"].low < found["good"]["auc"].value < found["good"]["auc"].high
    gain = found["good - worse"]["auc"]
    assert gain.low > 0 and gain.value == pytest.approx(found["good"]["auc"].value - found["worse"]["auc"].value)
    width = found["good"]["auc"].high - found["good"]["auc"].low
    assert gain.high - gain.low < width  # the same customers in both: the difference is surer than either


def test_groups_are_drawn_whole() -> None:
    truth, predicted = sample(300)
    twice = np.repeat(np.arange(300), 4)
    rows = measure(truth[twice], {"m": predicted[twice][None], "b": predicted[twice][None]}, np.random.default_rng(9), draws=150)
    groups = measure(truth[twice], {"m": predicted[twice][None], "b": predicted[twice][None]}, np.random.default_rng(9), twice, draws=150)
    narrow, wide = (found["m"]["auc"].high - found["m"]["auc"].low for found in (rows, groups))
    assert wide > 1.5 * narrow  # 300 customers, not 1,200


def test_the_curve_has_ten_parts_that_add_up() -> None:
    truth, predicted = sample(1003)
    curve = reliability(truth, predicted)
    assert len(curve) == BINS and sum(point["n"] for point in curve) == 1003
    assert [point["predicted"] for point in curve] == sorted(point["predicted"] for point in curve)
