"""How good predicted probabilities are: order, calibration and yield, each with its bootstrap interval.

``truth`` is 0/1, ``predicted`` [repeat, row] a probability for every row by a model that had not seen it, once a repeat.
A figure is the mean over the repeats; the bootstrap draws rows, or whole groups of rows that belong together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
BINS = 10  # of the calibration error, of equal numbers of rows
TOP = 0.10  # the part of the list whose yield is the lift
BOOTSTRAPS = 400
CHANCE_DRAWS = 200
CONFIDENCE = 0.95
CLIP = 1e-6  # probabilities are kept this far from 0 and 1 before their logit is taken
FIGURES = ("auc", "brier", "ece", "slope", "intercept", "lift")


@dataclass(frozen=True)
class Figure:
    """A measured figure with its interval."""

    value: float
    low: float
    high: float


def logit(probability: ArrayLike) -> Floats:
    """log(p / (1 - p)), p kept off 0 and 1."""
    p = np.clip(np.asarray(probability, float), CLIP, 1 - CLIP)
    return np.asarray(np.log(p / (1 - p)))


def expit(value: ArrayLike) -> Floats:
    """The inverse of :func:`logit`."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(value, float))))


class Ranked:
    """Predictions sorted once, so that a resample costs a pass and no sort."""

    def __init__(self, truth: Floats, predicted: Floats) -> None:
        order = np.argsort(-predicted, kind="stable")
        self.order, self.truth, self.predicted = order, truth[order], predicted[order]
        self.logit = logit(self.predicted)
        self.level = np.concatenate([[0], np.cumsum(np.diff(self.predicted) != 0)]) if len(order) else order
        self.bin = (np.arange(len(order)) * BINS) // max(len(order), 1)

    def figures(self, weight: Floats | None = None) -> Floats:
        """:data:`FIGURES` under ``weight`` (of the rows as they came; one each when not given)."""
        w = np.ones(len(self.order)) if weight is None else weight[self.order]
        bad, total = w * self.truth, w.sum()
        slope, intercept = calibration_line(self.truth, self.logit, w)
        return np.array([
            self._auc(w, bad), float((w * (self.predicted - self.truth) ** 2).sum() / total), self._ece(w, bad), slope, intercept,
            self._lift(w, bad),
        ])  # fmt: skip

    def _auc(self, w: Floats, bad: Floats) -> float:
        positive = np.bincount(self.level, bad)
        negative = np.bincount(self.level, w - bad)
        behind = negative.sum() - np.cumsum(negative)  # predicted lower
        pairs = positive.sum() * negative.sum()
        return float((positive * (behind + negative / 2)).sum() / pairs) if pairs else float("nan")

    def _ece(self, w: Floats, bad: Floats) -> float:
        said = np.bincount(self.bin, w * self.predicted, BINS)
        return float(np.abs(said - np.bincount(self.bin, bad, BINS)).sum() / w.sum())

    def _lift(self, w: Floats, bad: Floats) -> float:
        room = TOP * w.sum()
        part = np.clip(room - (np.cumsum(w) - w), 0, w)
        taken = np.divide(part, w, out=np.zeros_like(w), where=w > 0) * bad
        return float((taken.sum() / room) / (bad.sum() / w.sum())) if bad.sum() else float("nan")


def calibration_line(truth: Floats, logits: Floats, weight: Floats | None = None, steps: int = 25) -> tuple[float, float]:
    """Slope and intercept of truth on the predicted logit (1 and 0 are calibrated). Source: Cox (1958), by Newton's steps."""
    w = np.ones(len(truth)) if weight is None else weight
    design, line = np.column_stack([logits, np.ones(len(logits))]), np.array([1.0, 0.0])
    for _ in range(steps):
        p = expit(design @ line)
        curved = design.T @ (design * (w * p * (1 - p))[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(curved, design.T @ (w * (truth - p)))
        line = line + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    return float(line[0]), float(line[1])


def measure(
    truth: Floats, predicted: Mapping[str, Floats], rng: np.random.Generator, groups: NDArray[np.int64] | None = None,
    draws: int | None = None,
) -> dict[str, dict[str, Figure]]:
    """Every figure of every model, and of each model but the last ``MODEL - LAST``: paired differences, from one resample.

    ``predicted``: model → [repeat, row]; the last is the baseline.
    """
    ranked = {name: [Ranked(truth, row) for row in np.atleast_2d(rows)] for name, rows in predicted.items()}
    whole = {name: _mean(rows, None) for name, rows in ranked.items()}
    weights = [_resample(len(truth), groups, rng) for _ in range(draws or BOOTSTRAPS)]
    drawn = {name: np.array([_mean(rows, weight) for weight in weights]) for name, rows in ranked.items()}
    baseline = list(predicted)[-1]
    for name in list(predicted)[:-1]:
        whole[f"{name} - {baseline}"] = whole[name] - whole[baseline]
        drawn[f"{name} - {baseline}"] = drawn[name] - drawn[baseline]
    tail = (1 - CONFIDENCE) / 2
    out = {}
    ece = FIGURES.index("ece")
    for name, values in whole.items():
        drawn[name][:, ece] -= drawn[name][:, ece].mean() - values[ece]  # resampling adds noise, and noise adds to this error
        low, high = np.nanquantile(drawn[name], [tail, 1 - tail], axis=0)
        low[ece] = low[ece] if " - " in name else max(low[ece], 0.0)
        out[name] = {one: Figure(float(values[at]), float(low[at]), float(high[at])) for at, one in enumerate(FIGURES)}
    return out


def _mean(repeats: list[Ranked], weight: Floats | None) -> Floats:
    return np.asarray(np.mean([ranked.figures(weight) for ranked in repeats], axis=0))


def _resample(rows: int, groups: NDArray[np.int64] | None, rng: np.random.Generator) -> Floats:
    """How often each row is drawn when rows, or groups, are drawn with return."""
    if groups is None:
        return np.bincount(rng.integers(0, rows, rows), minlength=rows).astype(float)
    _, at = np.unique(groups, return_inverse=True)
    count = int(at.max()) + 1
    return np.bincount(rng.integers(0, count, count), minlength=count)[at].astype(float)


def chance_error(predicted: Floats, rng: np.random.Generator, draws: int = CHANCE_DRAWS) -> float:
    """The calibration error that perfectly calibrated probabilities would show by chance alone: what to hold an error against."""
    found = []
    for _ in range(draws):
        truth = (rng.random(len(predicted)) < predicted).astype(float)
        ranked = Ranked(truth, predicted)
        found.append(ranked._ece(np.ones(len(truth)), ranked.truth))
    return float(np.mean(found))


def reliability(truth: Floats, predicted: Floats) -> list[dict[str, float]]:
    """The calibration curve: for each tenth of the rows by prediction, what was said, what was so, and how many."""
    order = np.argsort(predicted, kind="stable")
    return [
        {"predicted": float(predicted[part].mean()), "observed": float(truth[part].mean()), "n": len(part)}
        for part in np.array_split(order, BINS) if len(part)
    ]  # fmt: skip
