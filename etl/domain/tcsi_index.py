"""Indexes 0-100 of a respondent's constructs with frozen item weights: what rolls up exactly, area by area."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from etl.domain.tcsi_model import Model

Floats = NDArray[np.float64]


def oriented(model: Model, answers: ArrayLike) -> Floats:
    """Raw answers [n items] with reversed items turned, so that high is good everywhere; NaN where not answered."""
    table = np.array(answers, float)
    for item in model.reversed_items:
        at = model.items.index(item)
        table[:, at] = model.low + model.high - table[:, at]
    return table


def item_weights(model: Model, outer: Floats, sd: Floats) -> Floats:
    """Weights of the raw items: outer weight / item sd, adding up to 1 in each construct [items]."""
    raw = outer / sd
    return raw / (model.blocks @ (raw @ model.blocks))


def asked_enough(model: Model, answers: Floats) -> NDArray[np.bool_]:
    """Who answered as many items of every construct as the model asks for (2 of the 3 of satisfaction)."""
    answered = (~np.isnan(answers)).astype(int) @ model.blocks
    return np.asarray((answered >= model.least).all(axis=1))


def respondent_scores(model: Model, weights: Floats, answers: Floats) -> Floats:
    """[n constructs] 0-100: Σw·(x − low) / (Σw·(high − low)) · 100 over the items answered; NaN where none was.

    The weights of items not answered are left out, and those of the others make up the whole.
    """
    given = ~np.isnan(answers)
    shares = (given * weights) @ model.blocks
    sums = (np.where(given, answers - model.low, 0.0) * weights) @ model.blocks
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(given @ model.blocks > 0, sums / shares / (model.high - model.low) * 100, np.nan)
