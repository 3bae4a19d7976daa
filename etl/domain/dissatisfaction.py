"""Who is likely to be dissatisfied though never asked: a calibrated model, and what it was measured to be worth.

Everything reported is measured on customers the model had not seen (out of fold, or the last months), beside a plain logistic
regression under the same rules. Boosted trees find the order, a line through their out-of-fold logits makes it a probability.
Source of the line: Platt (1999); of nesting it within the folds: Varma & Simon (2006).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.domain import boosting, proof
from etl.domain.estimate import wilson
from etl.domain.features import Encoding, Feature, encode

Floats = NDArray[np.float64]
DISSATISFIED_AT_MOST = 6  # of 1-10: policy `dissatisfied_score`
FOLDS, REPEATS, INNER_FOLDS = 5, 2, 3
TREES, RATE, LEAVES, LEAF_ROWS, RIDGE, COLUMNS = 200, 0.05, 6, 40, 5.0, 0.4  # of the boosted trees
LEAST_ROWS, LEAST_HELD, LEAST_BAD = 200, 100, 40  # to learn from, to measure on, of either kind: fewer show nothing
REASONS = 3
MODEL, BASELINE = "model", "logistic"
Tell = Callable[[int, int], None]


class TooFew(ValueError):
    """Not enough answers, or not enough dissatisfied ones, to train and measure."""


@dataclass(frozen=True)
class Model:
    """What turns a customer's features into a probability; ``slope``, ``intercept`` calibrate the trees' logit."""

    encoding: Encoding
    trees: boosting.Boosted
    slope: float = 1.0
    intercept: float = 0.0

    def probability(self, frame: pd.DataFrame) -> Floats:
        """Of each row of ``frame`` (a column a feature)."""
        return proof.expit(self.slope * self.trees.logit(self.encoding.table(frame)) + self.intercept)

    def reasons(self, frame: pd.DataFrame, most: int = REASONS) -> list[list[str]]:
        """The features that raise each row's probability most, the strongest first."""
        shares = self.trees.shares(self.encoding.table(frame))
        order = np.argsort(-shares, axis=1)[:, :most]
        return [[self.encoding.names[at] for at in row if shares[i, at] > 0] for i, row in enumerate(order)]

    def written(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {"encoding": self.encoding.written(), "slope": self.slope, "intercept": self.intercept, **self.trees.written()}

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Model:
        """The model of :meth:`written`; :class:`ValueError` when it is none."""
        try:
            slope, intercept, encoding = float(content["slope"]), float(content["intercept"]), Encoding.read(content["encoding"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no model: {error}") from None
        return cls(encoding, boosting.read(content), slope, intercept)


@dataclass(frozen=True)
class Proof:
    """What was measured on rows the model had not seen. ``figures``: model → figure with its interval; ``importance``: what the
    AUC loses when a feature's values are shuffled; ``curve``: said and observed by tenths, with Wilson's interval."""

    rows: int
    dissatisfied: int
    figures: dict[str, dict[str, proof.Figure]]
    chance_ece: float
    curve: list[dict[str, float]]
    importance: dict[str, float]
    predicted: Floats


def train(features: Sequence[Feature], frame: pd.DataFrame, truth: Floats, rng: np.random.Generator,
          groups: NDArray[np.int64] | None = None) -> Model:  # fmt: skip
    """A calibrated model of all rows of ``frame``; ``truth`` is 1 for the dissatisfied. :class:`TooFew` when they are too few."""
    _enough(truth)
    encoding = encode(features, frame)
    table, held = encoding.table(frame), np.zeros(len(truth))
    for fit, rest in _folds(truth, groups, INNER_FOLDS, rng):
        held[rest] = _grow(encoding, table[fit], truth[fit], rng).decision_function(table[rest])
    slope, intercept = proof.calibration_line(truth, held)
    return Model(encoding, boosting.grown(_grow(encoding, table, truth, rng), encoding.widest), slope, intercept)


def prove(features: Sequence[Feature], frame: pd.DataFrame, truth: Floats, rng: np.random.Generator, *,
          groups: NDArray[np.int64] | None = None, repeats: int = REPEATS, folds: int = FOLDS,
          tell: Tell | None = None) -> Proof:  # fmt: skip
    """Repeated stratified cross-validation (by groups where given), everything learnt anew within each fold."""
    _enough(truth)
    ours, plain, losses = np.empty((repeats, len(truth))), np.empty((repeats, len(truth))), []
    for repeat in range(repeats):
        for done, (fit, rest) in enumerate(_folds(truth, groups, folds, rng)):
            within = None if groups is None else groups[fit]
            model = train(features, frame.iloc[fit], truth[fit], rng, within)
            ours[repeat, rest] = model.probability(frame.iloc[rest])
            plain[repeat, rest] = baseline(features, frame.iloc[fit], truth[fit], frame.iloc[rest])
            if repeat == 0:
                losses.append(shuffled(model, frame.iloc[rest], truth[rest], rng))
            if tell:
                tell(repeat * folds + done + 1, repeats * folds)
    importance = {name: float(np.mean([loss[name] for loss in losses])) for name in losses[0]}
    return proven(truth, ours, plain, importance, rng, groups)


def prove_later(features: Sequence[Feature], frame: pd.DataFrame, truth: Floats, later: NDArray[np.bool_],
                rng: np.random.Generator, groups: NDArray[np.int64] | None = None) -> Proof:  # fmt: skip
    """Train on what came before, measure on what came ``later``; nobody's groups stand on both sides."""
    first = ~later if groups is None else ~later & ~np.isin(groups, groups[later])
    _enough(truth[later], LEAST_HELD)
    model = train(features, frame[first], truth[first], rng, None if groups is None else groups[first])
    predicted, held = model.probability(frame[later]), frame[later]
    plain = baseline(features, frame[first], truth[first], held)
    importance = shuffled(model, held, truth[later], rng)
    return proven(truth[later], predicted[None], plain[None], importance, rng, None if groups is None else groups[later])


def proven(truth: Floats, ours: Floats, plain: Floats, importance: Mapping[str, float], rng: np.random.Generator,
           groups: NDArray[np.int64] | None = None) -> Proof:  # fmt: skip
    """The figures of both models' unseen predictions [repeat, row]."""
    figures = proof.measure(truth, {MODEL: ours, BASELINE: plain}, rng, groups)
    curve = [_banded(point) for point in proof.reliability(truth, ours[0])]
    order = dict(sorted(importance.items(), key=lambda item: -item[1]))
    chance = proof.chance_error(ours[0], rng)
    return Proof(len(truth), int(truth.sum()), figures, chance, curve, order, ours[0])


def _banded(point: dict[str, float]) -> dict[str, float]:
    low, high = wilson(point["observed"] * point["n"], point["n"])
    return {**point, "low": float(low), "high": float(high)}


def baseline(features: Sequence[Feature], frame: pd.DataFrame, truth: Floats, later: pd.DataFrame) -> Floats:
    """What a plain logistic regression (one-hot, scaled) trained on ``frame`` says of ``later``."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    encoding = encode(features, frame)
    plain = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    plain.fit(encoding.flat(encoding.table(frame)), truth)
    return np.asarray(plain.predict_proba(encoding.flat(encoding.table(later)))[:, 1])


def shuffled(model: Model, frame: pd.DataFrame, truth: Floats, rng: np.random.Generator) -> dict[str, float]:
    """What the AUC on unseen rows loses with each feature's values shuffled. Source: Breiman (2001)."""
    table = model.encoding.table(frame)
    whole, order = _auc(truth, model.trees.logit(table)), rng.permutation(len(table))
    out = {}
    used = {int(at) for tree in model.trees.trees for at in np.unique(tree.feature) if at >= 0}
    for at, name in enumerate(model.encoding.names):
        if at not in used:
            out[name] = 0.0
            continue
        mixed = table.copy()
        mixed[:, at] = table[order, at]
        out[name] = whole - _auc(truth, model.trees.logit(mixed))
    return out


def _auc(truth: Floats, logits: Floats) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, logits))


def _grow(encoding: Encoding, table: Floats, truth: Floats, rng: np.random.Generator) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    trees = HistGradientBoostingClassifier(
        max_iter=TREES, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=LEAF_ROWS, l2_regularization=RIDGE,
        max_features=COLUMNS, early_stopping=False, random_state=int(rng.integers(1 << 31)),
        categorical_features=list(range(encoding.categorical)) or None,
    )  # fmt: skip
    with threadpool_limits(1):  # its threads wait for one another by spinning: beside other work, two cores are slower than one
        return trees.fit(table, truth)


def _folds(truth: Floats, groups: NDArray[np.int64] | None, folds: int,
           rng: np.random.Generator) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:  # fmt: skip
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    splitter = StratifiedKFold if groups is None else StratifiedGroupKFold
    seed = int(rng.integers(1 << 31))
    yield from splitter(folds, shuffle=True, random_state=seed).split(np.zeros(len(truth)), truth, groups)


def _enough(truth: Floats, least: int = LEAST_ROWS) -> None:
    bad = int(truth.sum())
    if len(truth) < least or bad < LEAST_BAD or len(truth) - bad < LEAST_BAD:
        raise TooFew(
            f"{len(truth)} answers, {bad} of them dissatisfied: at least {least} and {LEAST_BAD} of either kind are needed"
        )
