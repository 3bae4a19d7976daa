"""One weight a response: post-stratification to subscriber counts, collapsed where thin, trimmed and re-raked.

A weight says how many subscribers a respondent stands for. It belongs to a cell (county, business, segment) of one
month, so a roll-up of any level uses the same weight for the same response and parents equal their children.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

THIN_CELL = 10  # respondents; a cell with fewer shares its weight with the next wider one
TRIM_LOW, TRIM_HIGH = 0.3, 3.0  # times the median weight of the business
RERAKES = 5  # rounds of trimming and raking back to the subscriber counts
UNWEIGHTED = 1.0  # competitors, and where no subscriber count is known at all

LADDER = (
    ("county", "business", "segment"),
    ("county", "business"),
    ("city", "business"),
    ("province", "business"),
)


def respondent_weights(cells: pd.DataFrame) -> pd.Series:
    """The weight of each cell of one month and brand, indexed as ``cells``; NaN where nobody answered.

    ``cells`` holds every cell with respondents or subscribers: ``county``, ``city``, ``province`` (ids of any type),
    ``business``, ``segment``, ``n`` (respondents) and ``subscribers`` (0 where unknown).

    Σ n·weight equals the subscribers of each business that has both. Every weight lies in [0.3, 3] times the median
    over that business's respondents. A business without any subscriber count takes the median of the others,
    or 1 when there is none.
    """
    frame = cells.reset_index(drop=True)
    weight = _fill_uncounted(frame, _collapsed(frame))
    for _ in range(RERAKES):
        weight = _rake(frame, _trim(frame, weight), ["city", "business"])
    weight = _rake(frame, _trim(frame, weight), ["business"])
    return pd.Series(_unweighted_filled(frame, weight).to_numpy(), index=cells.index, name="weight")


def _collapsed(frame: pd.DataFrame) -> pd.Series:
    """Subscribers per respondent on the narrowest rung of the ladder that holds enough respondents.

    What is thin on one rung is pooled with the other thin cells of the next, so subscribers are counted once.
    """
    weight = pd.Series(np.nan, index=frame.index)
    left = frame[frame["subscribers"] > 0]
    for rung in LADDER:
        pooled = left.groupby(list(rung), dropna=False)[["n", "subscribers"]].transform("sum")
        enough = pooled["n"] >= (THIN_CELL if rung is not LADDER[-1] else 1)
        weight[left.index[enough]] = (pooled["subscribers"] / pooled["n"])[enough]
        left = left[~enough]
    return weight.where(frame["n"] > 0)


def _fill_uncounted(frame: pd.DataFrame, weight: pd.Series) -> pd.Series:
    """Respondents whose cell has no subscriber count take the average weight of the nearest wider area that has."""
    for rung in LADDER[1:]:
        missing = weight.isna() & (frame["n"] > 0)
        if not missing.any():
            break
        known = frame["n"].where(weight.notna(), 0)
        keys = [frame[key] for key in rung]
        total = (known * weight.fillna(0)).groupby(keys, dropna=False).transform("sum")
        answered = known.groupby(keys, dropna=False).transform("sum")
        weight = weight.where(~missing, (total / answered.where(answered > 0)))
    return weight


def _trim(frame: pd.DataFrame, weight: pd.Series) -> pd.Series:
    middle = frame["business"].map(_medians(frame, weight))
    return weight.clip(TRIM_LOW * middle, TRIM_HIGH * middle)


def _medians(frame: pd.DataFrame, weight: pd.Series) -> dict[str, float]:
    """The median weight over the respondents of each business."""
    counted = frame.assign(weight=weight)[weight.notna()]
    return {str(name): _weighted_median(part["weight"], part["n"]) for name, part in counted.groupby("business")}


def _weighted_median(values: pd.Series, counts: pd.Series) -> float:
    ordered = values.sort_values()
    reached = counts[ordered.index].cumsum()
    return float(ordered[reached >= reached.iloc[-1] / 2].iloc[0])


def _rake(frame: pd.DataFrame, weight: pd.Series, keys: list[str]) -> pd.Series:
    """Scale the weights so that each group of ``keys`` adds up to its subscribers again."""
    columns = [frame[key] for key in keys]
    wanted = frame["subscribers"].groupby(columns, dropna=False).transform("sum")
    got = (frame["n"] * weight.fillna(0)).groupby(columns, dropna=False).transform("sum")
    scale = (wanted / got.where(got > 0)).where(wanted > 0, 1.0).fillna(1.0)
    return weight * scale


def _unweighted_filled(frame: pd.DataFrame, weight: pd.Series) -> pd.Series:
    medians = _medians(frame, weight)
    fallback = float(np.median(list(medians.values()))) if medians else UNWEIGHTED
    return weight.where(weight.notna() | (frame["n"] == 0), fallback)
