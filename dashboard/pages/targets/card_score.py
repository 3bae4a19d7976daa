"""What an N+1 card comes to: whether its processes can carry the outcome, and its score."""

from __future__ import annotations

import numpy as np

from dashboard.pages.targets.model import Target, View
from etl.domain import card


def coverage(target: Target, direction: int) -> float | None:
    """What all processes at their best would bring, of what the outcome needs; ``None`` where nothing is needed."""
    asked = target.lift(direction)
    return None if asked <= 1e-9 or target.reach is None else target.reach / asked


def score_of(view: View) -> float | None:
    """The card's score of the chosen outcome: its own and its processes', by what these are to bring."""
    area = view.at.area_id if view.at else None
    target = view.target(area, view.indicator)
    share = next((row["share"] for row in view.scores if row["area_id"] == area and row["part"] == "outcome"), None)
    if target is None or target.attained is None:
        return None
    lines = [(one, slope, each) for one, slope in view.serving if (each := view.target(area, one)) is not None and each.attained]
    weights = np.array([slope.slope * abs(each.lift(one.direction)) for one, slope, each in lines])
    scores = np.array([each.attained["score"] for _, _, each in lines if each.attained])
    made = card.card(target.attained["score"], scores, weights, share if share is not None else card.ALPHA_MAX)
    return float(made)
