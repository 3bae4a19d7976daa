"""What is kept of a trained model: the model, how it was made, what it was measured to be worth; and its checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from etl.domain.dissatisfaction import BASELINE, MODEL, Model, Proof
from etl.domain.features import Feature, drift, reference

FORMAT = "manyi-dissatisfaction/1"
TOP_FACTORS = 10
DRIFTED = 0.25  # a stability index from here on says: another population
DIGITS = 6
BANDS = (0.10, 0.30)  # the first band: the tenth with the highest probabilities; the second: the next fifth


class WrongModel(ValueError):
    """Content that is no model of ours, or not as it was written."""


def card(proof: Proof, features: Sequence[Feature]) -> dict[str, Any]:
    """What is shown beside every prediction, as plain values."""
    names = {feature.name: feature for feature in features}
    factors = [
        {"feature": name, "zh": names[name].zh or name, "en": names[name].en or name, "auc_lost": round(lost, DIGITS)}
        for name, lost in list(proof.importance.items())[:TOP_FACTORS]
    ]  # fmt: skip
    figures = {
        who: {name: {key: round(number, DIGITS) for key, number in asdict(figure).items()} for name, figure in found.items()}
        for who, found in proof.figures.items()
    }
    return {
        "rows": proof.rows, "dissatisfied": proof.dissatisfied, "rate": round(proof.dissatisfied / proof.rows, DIGITS),
        "model": figures[MODEL], "baseline": figures[BASELINE], "difference": figures[f"{MODEL} - {BASELINE}"],
        "ece_by_chance": round(proof.chance_ece, DIGITS),
        "curve": [{key: round(number, DIGITS) for key, number in point.items()} for point in proof.curve], "factors": factors,
    }  # fmt: skip


def document(model: Model, features: Sequence[Feature], frame: pd.DataFrame, told: Mapping[str, Any], proven: Mapping[str, Any],
             predicted: np.ndarray) -> dict[str, Any]:  # fmt: skip
    """The whole record of a model, its checksum included. ``told``: what it was trained on, when and by what declaration;
    ``predicted``: its unseen probabilities, from which the bands of later lists are cut."""
    content = {
        "format": FORMAT, **told, "card": dict(proven), "model": model.written(),
        "features": [asdict(feature) for feature in features],
        "spread": {feature.name: reference(frame[feature.name], feature.kind) for feature in features},
        "bands": [round(float(np.quantile(predicted, 1 - share)), DIGITS) for share in BANDS],
    }  # fmt: skip
    return {**content, "checksum": checksum(content)}


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of a record without its checksum, whatever the order of its keys."""
    plain = {key: value for key, value in content.items() if key != "checksum"}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def opened(content: Any) -> Model:
    """The model of a record; :class:`WrongModel` when it is of another format or was changed since it was written."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise WrongModel(f"no model of the format {FORMAT}")
    if content.get("checksum") != checksum(content):
        raise WrongModel("the checksum does not fit: the model was changed after it was written; fit it again")
    try:
        return Model.read(content["model"])
    except (KeyError, ValueError) as error:
        raise WrongModel(str(error)) from None


def features_of(content: Mapping[str, Any]) -> tuple[Feature, ...]:
    """The features of a record."""
    return tuple(Feature(**entry) for entry in content["features"])


def drifted(content: Mapping[str, Any], frame: pd.DataFrame) -> dict[str, float]:
    """The features that are spread otherwise than in training, with their stability index, the worst first."""
    found = {name: drift(spread, frame[name]) for name, spread in content["spread"].items()}
    return {name: round(index, 3) for name, index in sorted(found.items(), key=lambda item: -item[1]) if index >= DRIFTED}


def band(content: Mapping[str, Any], probability: np.ndarray) -> np.ndarray:
    """1 for a probability as in the highest tenth of unseen customers, 2 for the next fifth, 3 for the rest."""
    return np.asarray(1 + (np.asarray(probability)[:, None] < np.array(content["bands"])).sum(axis=1))


def proven_range(content: Mapping[str, Any], probability: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What was observed, with 95 % certainty, of unseen customers with a probability like each: low and high."""
    curve = content["card"]["curve"]
    middles = np.array([point["predicted"] for point in curve])
    at = np.searchsorted((middles[1:] + middles[:-1]) / 2, probability)
    return np.array([point["low"] for point in curve])[at], np.array([point["high"] for point in curve])[at]
