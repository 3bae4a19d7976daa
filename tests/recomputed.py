"""Scores recomputed with pandas alone, from facts, tree and weights: what the roll-ups must equal."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import sqlalchemy as sa

KEY = ["area_id", "indicator_id", "period", "cut", "start", "value"]
SUMS = ["n", "sw", "sw2", "swx", "swx2"]
CUTS = ("brand", "mode", "business", "segment", "generation", "stage", "channel")
FOREVER = pd.Timestamp("2262-01-01")

FACTS = """
SELECT a.area_id, a.day, a.indicator_id, a.score, r.brand, r.mode, r.business, r.segment, r.generation, r.stage, r.channel
FROM answer a JOIN response r USING (area_id, day, response_id) JOIN indicator i USING (indicator_id)
WHERE a.day >= :first AND a.day <= :last AND i.kind <> 'item'
"""
TREE = """
SELECT c.ancestor_id, c.descendant_id AS area_id, a.level, greatest(c.valid_from, '1900-01-01') AS valid_from,
       least(c.valid_to, '2200-01-01') AS valid_to
FROM area_closure c JOIN area a ON a.area_id = c.ancestor_id JOIN area d ON d.area_id = c.descendant_id WHERE d.level = 4
"""
PUBLISHED = """
SELECT area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2 FROM score_rollup
WHERE last_pub = 2147483647 AND start >= :first AND start <= :last AND period = ANY(:periods) AND cut = ANY(:cuts)
"""


def period_start(days: pd.Series, kind: str) -> pd.Series:
    """First day of the period of each day."""
    if kind == "d":
        return days
    return days.dt.to_period({"w": "W-SUN", "m": "M", "q": "Q", "y": "Y"}[kind]).dt.start_time


def facts(store: sa.Engine, first: date, last: date) -> pd.DataFrame:
    """One row per answer and ancestor (its level with it), weighted."""
    with store.connect() as connection:
        answers = pd.read_sql(sa.text(FACTS), connection, params={"first": first, "last": last})
        tree = pd.read_sql(sa.text(TREE), connection)
        weights = pd.read_sql(sa.text("SELECT * FROM weight_cell"), connection)
    for frame, column in ((answers, "day"), (tree, "valid_from"), (tree, "valid_to"), (weights, "month")):
        frame[column] = pd.to_datetime(frame[column])
    answers["answer"] = np.arange(len(answers))
    counties = _placed(answers[["answer", "area_id", "day"]], tree[tree["level"] == 3])
    answers = answers.merge(counties[["answer", "ancestor_id"]].rename(columns={"ancestor_id": "county"}), on="answer", how="left")
    answers["month"] = period_start(answers["day"], "m")
    keys = {"left_on": ["county", "month", "brand", "business", "segment"], "right_on": ["area_id", "month", "brand", "business", "segment"]}
    weighted = answers.merge(weights.rename(columns={"area_id": "area_id_w"}), how="left",
                             left_on=keys["left_on"], right_on=["area_id_w", *keys["right_on"][1:]])
    weighted["weight"] = weighted["weight"].fillna(1.0)
    placed = _placed(weighted[["answer", "area_id", "day"]], tree)
    return placed[["answer", "ancestor_id", "level"]].merge(weighted.drop(columns="area_id"), on="answer")


def _placed(rows: pd.DataFrame, tree: pd.DataFrame) -> pd.DataFrame:
    found = rows.merge(tree, on="area_id")
    return found[(found["day"] >= found["valid_from"]) & (found["day"] < found["valid_to"])]


def sums(placed: pd.DataFrame, kind: str, cut: str, own: str) -> pd.DataFrame:
    """n and the four weighted sums of every area, indicator and period, for one cut."""
    rows = placed if cut == "brand" else placed[placed["brand"] == own]
    w, x = rows["weight"], rows["score"]
    measured = pd.DataFrame({
        "area_id": rows["ancestor_id"], "indicator_id": rows["indicator_id"], "start": period_start(rows["day"], kind),
        "value": "" if cut == "all" else rows[cut], "n": 1, "sw": w, "sw2": w * w, "swx": w * x, "swx2": w * x * x,
    })  # fmt: skip
    found = measured.groupby(["area_id", "indicator_id", "start", "value"], as_index=False)[SUMS].sum()
    return found.assign(period=kind, cut=cut)


def published(store: sa.Engine, first: date, last: date, periods: list[str], cuts: list[str]) -> pd.DataFrame:
    """The current roll-up rows that begin within the days."""
    with store.connect() as connection:
        found = pd.read_sql(sa.text(PUBLISHED), connection, params={"first": first, "last": last, "periods": periods, "cuts": cuts})
    return found.assign(start=pd.to_datetime(found["start"]))


def differences(store: sa.Engine, first: date, last: date, kinds: str, cuts: tuple[str, ...], own: str) -> tuple[int, pd.DataFrame]:
    """How many published cells were compared, and those that differ or lack in either."""
    placed = facts(store, first, last)
    ours = pd.concat([sums(placed, kind, cut, own) for kind in kinds for cut in cuts])
    theirs = published(store, first, last, list(kinds), list(cuts))
    both = theirs.merge(ours, on=KEY, how="left", suffixes=("", "_ours"))
    wrong = both["n_ours"].isna()
    for name in SUMS:
        wrong |= ~np.isclose(both[name].astype(float), both[f"{name}_ours"].astype(float), rtol=1e-9, atol=1e-6)
    everywhere = (ours["cut"] == "all") & ours["period"].isin(["m", "q", "y"])  # kept down to the grid; days and weeks are not
    whole = ours[everywhere].merge(theirs[KEY], on=KEY, how="left", indicator="where")
    return len(both), pd.concat([both[wrong], whole[whole["where"] == "left_only"]])
