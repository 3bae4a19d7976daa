"""Every figure of a store worked out again by pandas, from facts and dated links alone: no closure, no places, no climbing."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import sqlalchemy as sa

KEY = ["area_id", "indicator_id", "period", "cut", "start", "value"]
SCORE_SUMS = ["n", "sw", "sw2", "swx", "swx2", *(f"c{raw}" for raw in range(11))]
RATIO_SUMS = ["n", "numerator", "denominator"]
COUNTED = {"mode", "business", "generation", "segment", "stage", "channel"}


def read(store: sa.Engine, query: str) -> pd.DataFrame:
    with store.connect() as connection:
        result = connection.execute(sa.text(query))
        return pd.DataFrame(result.fetchall(), columns=list(result.keys()))


def depths(store: sa.Engine) -> pd.DataFrame:
    return read(store, "SELECT period, cut, level FROM rollup_depth")


def depth_of(plan: pd.DataFrame, period: str, cut: str) -> int:
    for name in (cut, "*") if cut != "all" else ("all",):
        found = plan[(plan["period"] == period) & (plan["cut"] == name)]
        if len(found):
            return int(found["level"].iloc[0])
    return -1


def start_of(days: pd.Series, period: str) -> pd.Series:
    stamps = pd.to_datetime(days)
    if period == "d":
        return stamps.dt.date
    return stamps.dt.to_period({"w": "W-SUN", "m": "M", "q": "Q", "y": "Y"}[period]).dt.start_time.dt.date


def ancestors(store: sa.Engine, pairs: pd.DataFrame) -> pd.DataFrame:
    """For each (area_id, day): one row per ancestor, itself included, by walking the links of the day."""
    links = read(store, "SELECT area_id, parent_id, valid_from, valid_to::text AS valid_to FROM area_parent")
    levels = read(store, "SELECT area_id, level FROM area").set_index("area_id")["level"]
    by_child: dict[int, list[tuple[int, date, str]]] = {}
    for link in links.itertuples():
        by_child.setdefault(link.area_id, []).append((link.parent_id, link.valid_from, link.valid_to))
    rows = []
    for leaf, day in pairs.drop_duplicates().itertuples(index=False):
        at: int | None = leaf
        while at is not None:
            rows.append((leaf, day, at, levels[at]))
            at = next((parent for parent, since, until in by_child.get(at, [])
                       if since <= day and (until == "infinity" or day.isoformat() < until)), None)  # fmt: skip
    return pd.DataFrame(rows, columns=["leaf", "day", "area_id", "level"])


def answers(store: sa.Engine, counted: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per answer and ancestor, with weight and cuts; ``counted``: leaf → the areas it counts in, whatever the day."""
    facts = read(store, """
        SELECT a.area_id AS leaf, a.day, a.indicator_id, a.raw, a.score, r.brand, b.own, r.mode, r.business, r.segment, r.generation,
               r.stage, r.channel, coalesce(t.kind, 'none') AS touchpoint,
               CASE WHEN area.urban THEN 'urban' WHEN NOT area.urban THEN 'rural' ELSE 'unknown' END AS urban
        FROM answer a JOIN response r USING (area_id, day, response_id) JOIN brand b USING (brand)
        JOIN area USING (area_id) LEFT JOIN touchpoint t USING (touchpoint_id)""")  # fmt: skip
    up = ancestors(store, facts[["leaf", "day"]])
    facts["month"] = start_of(facts["day"], "m")
    weights = read(store, "SELECT area_id AS county, month, brand, business, segment, weight FROM weight_cell")
    county = up[up["level"] == 3].rename(columns={"area_id": "county"})[["leaf", "day", "county"]]
    facts = facts.merge(county, on=["leaf", "day"]).merge(weights, how="left", on=["county", "month", "brand", "business", "segment"])
    facts["w"] = facts["weight"].fillna(1.0).astype(float)
    return facts.merge(up, on=["leaf", "day"]) if counted is None else facts.merge(counted, on="leaf")


def scores(store: sa.Engine, cuts: tuple[str, ...], counted: pd.DataFrame | None = None) -> pd.DataFrame:
    """All score cells, keyed by KEY."""
    facts, plan, found = answers(store, counted), depths(store), []
    sums = pd.DataFrame({"n": 1, "sw": facts["w"], "sw2": facts["w"] ** 2, "swx": facts["w"] * facts["score"],
                         "swx2": facts["w"] * facts["score"] ** 2,
                         **{f"c{raw}": (facts["raw"] == raw).astype(int) for raw in range(11)}})  # fmt: skip
    for period in "dwmqy":
        for cut in cuts:
            chosen = facts["level"] <= depth_of(plan, period, cut)
            if cut != "brand":
                chosen &= facts["own"]
            part = facts[chosen].assign(period=period, cut=cut, start=start_of(facts["day"], period), value="" if cut == "all" else facts.get(cut))
            found.append(pd.concat([part[KEY], sums[chosen]], axis=1).groupby(KEY)[SCORE_SUMS].sum())
    return pd.concat(found)


def published_scores(store: sa.Engine, publication: int | None = None) -> pd.DataFrame:
    rows = read(store, f"SELECT * FROM score_rollup WHERE {_seen(publication)}")
    counts = pd.DataFrame(rows["counts"].tolist(), columns=[f"c{raw}" for raw in range(11)], index=rows.index)
    return pd.concat([rows, counts], axis=1).set_index(KEY)[SCORE_SUMS]


def published_ratios(store: sa.Engine, publication: int | None = None) -> pd.DataFrame:
    return read(store, f"SELECT * FROM ratio_rollup WHERE {_seen(publication)}").set_index(KEY)[RATIO_SUMS]


def _seen(publication: int | None) -> str:
    return "last_pub = 2147483647" if publication is None else f"first_pub <= {publication} AND last_pub > {publication}"


def events(store: sa.Engine) -> pd.DataFrame:
    """One row per process reading, or complaint measure that counts, with its cuts: indicator_id, leaf, day, n, numerator, denominator."""
    readings = read(store, """
        SELECT r.indicator_id, r.area_id AS leaf, r.day, 1 AS n, r.numerator, r.denominator, coalesce(t.kind, 'none') AS touchpoint
        FROM process_reading r LEFT JOIN touchpoint t USING (touchpoint_id)""")  # fmt: skip
    complaints = read(store, """
        SELECT c.*, coalesce(t.kind, 'none') AS touchpoint FROM complaint c JOIN brand b USING (brand)
        LEFT JOIN touchpoint t USING (touchpoint_id) WHERE b.own""")  # fmt: skip
    complaints = complaints.rename(columns={"area_id": "leaf"})
    last = read(store, "SELECT max(day) AS day FROM complaint")["day"].iloc[0]
    measures = _measures(complaints, last)
    indicators = read(store, "SELECT indicator_id, numerator, denominator FROM indicator WHERE fact = 'complaint'")
    found = [readings]
    for one in indicators.itertuples():
        for measure, counted in measures.items():
            if measure in (one.numerator, one.denominator):
                base = one.numerator if one.denominator == "subscribers" else one.denominator
                found.append(counted.assign(indicator_id=one.indicator_id, n=int(measure == base), numerator=float(measure == one.numerator),
                                            denominator=float(measure == one.denominator)))  # fmt: skip
    urban = read(store, "SELECT area_id AS leaf, CASE WHEN urban THEN 'urban' WHEN NOT urban THEN 'rural' ELSE 'unknown' END AS urban FROM area")
    return pd.concat(found, ignore_index=True).merge(urban, on="leaf")


def _measures(complaints: pd.DataFrame, last: date) -> dict[str, pd.DataFrame]:
    columns = ["leaf", "day", "business", "generation", "segment", "stage", "channel", "touchpoint"]
    due = complaints[complaints["due_at"].dt.date <= last].assign(day=lambda rows: rows["due_at"].dt.date)
    return {
        "received": complaints[columns],
        "closed": complaints[complaints["status"] == "closed"][columns],
        "asked": complaints[complaints["resolved"].notna()][columns],
        "resolved": complaints[complaints["resolved"].eq(True)][columns],
        "repeats": complaints[_repeats(complaints)][columns],
        "due": due[columns],
        "closed_in_time": due[due["closed_at"] <= due["due_at"]][columns],
    }


def _repeats(complaints: pd.DataFrame) -> np.ndarray:
    said = complaints["customer"].map(lambda value: None if value is None else bytes(value))
    repeated = []
    for index, row in complaints.iterrows():
        ago = row["opened_at"] - complaints["opened_at"]
        same = (said == said[index]) & (complaints["topic2"] == row["topic2"])
        repeated.append(said[index] is not None and bool((same & (ago > pd.Timedelta(hours=1)) & (ago <= pd.Timedelta(days=30))).any()))
    return np.array(repeated)


def ratios(store: sa.Engine, cuts: tuple[str, ...], counted: pd.DataFrame | None = None) -> pd.DataFrame:
    """All ratio cells but subscribers, keyed by KEY; a fact of a day its grid no longer lived counts on the grid's last day."""
    facts, plan, found = events(store), depths(store), []
    lives = read(store, "SELECT area_id AS leaf, CASE WHEN valid_to = 'infinity' THEN NULL ELSE valid_to - 1 END AS last_day FROM area")
    facts = facts.merge(lives, on="leaf")
    facts["stood"] = [day if pd.isna(last) else min(day, last) for day, last in zip(facts["day"], facts["last_day"], strict=True)]
    up = ancestors(store, facts[["leaf", "stood"]]).rename(columns={"day": "stood"})
    facts = facts.merge(up, on=["leaf", "stood"]) if counted is None else facts.merge(counted, on="leaf")
    for period in "dwmqy":
        for cut in cuts:
            chosen = facts[facts["level"] <= depth_of(plan, period, cut)]
            part = chosen.assign(period=period, cut=cut, start=start_of(chosen["day"], period), value="" if cut == "all" else chosen.get(cut))
            found.append(part.groupby(KEY)[RATIO_SUMS].sum())
    return pd.concat(found)


def unequal(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Cells that lack on one side or differ by more than rounding."""
    both = ours.add_suffix("_ours").join(theirs, how="outer")
    wrong = pd.Series(False, index=both.index)
    for name in ours.columns:
        wrong |= ~np.isclose(both[f"{name}_ours"].astype(float), both[name].astype(float), rtol=1e-9, atol=1e-7)
    return both[wrong]
