"""Figures restated to today's tree equal what pandas works out by counting every leaf where it belongs today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

import sql
from etl.domain.area import LEAF
from etl.steps import check
from etl.steps.publish import publish
from etl.steps.rollup import CUTS
from tests.conftest import create_database
from tests.etl import rollup_recomputed, rollup_sample
from tests.etl.rollup_recomputed import KEY, read
from tests.etl.rollup_reorganised import TODAY, counted_today, move, reorganise, restated


def publish_reorganised(store: sa.Engine) -> None:
    reorganise(store, rollup_sample.build(store))
    publish(store)


@pytest.fixture
def published(server_url: str) -> Iterator[tuple[sa.Engine, dict[str, int]]]:
    """The reorganised sample as published, and its area ids by code; a copy for each test."""
    store = create_database(server_url, publish_reorganised)
    yield store, read(store, "SELECT code, area_id FROM area").set_index("code")["area_id"].to_dict()
    store.dispose()


def test_scores_restated_equal_pandas_at_every_level_period_and_cut(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = published
    wrong = rollup_recomputed.unequal(rollup_recomputed.scores(store, CUTS), rollup_recomputed.published_scores(store))
    assert wrong.empty, wrong.head(10).to_string()
    ours = rollup_recomputed.scores(store, CUTS, counted_today(store, ids))
    wrong = rollup_recomputed.unequal(ours, restated(store, "score"))
    assert wrong.empty, wrong.head(10).to_string()
    shifted = set(read(store, "SELECT DISTINCT area_id FROM score_shift")["area_id"])
    assert shifted == {
        ids[one] for one in ("a1", "A-?", "a1x", "a2", "A", "B", "b2", "b1", "d1", "C2-?", "C2-?-?", "D", "C1", "C2")
    }


def test_ratios_restated_equal_pandas_at_every_level_period_and_cut(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = published
    cuts = tuple(cut for cut in CUTS if cut not in ("brand", "mode"))
    rated = read(store, "SELECT indicator_id FROM indicator WHERE denominator = 'subscribers'")["indicator_id"].tolist()
    ours, theirs = rollup_recomputed.ratios(store, cuts, counted_today(store, ids)), restated(store, "ratio")
    wrong = rollup_recomputed.unequal(ours.query(f"indicator_id not in {rated}"), theirs.query(f"indicator_id not in {rated}"))
    assert wrong.empty, wrong.head(10).to_string()
    rates = theirs.query(f"indicator_id in {rated}")
    wrong = rollup_recomputed.unequal(
        ours.query(f"indicator_id in {rated}")[["n", "numerator"]], rates[rates["n"] > 0][["n", "numerator"]]
    )
    assert wrong.empty, wrong.head(10).to_string()
    wanted = subscribers(store, counted_today(store, ids), rated, ours)
    wrong = rollup_recomputed.unequal(wanted, rates[rates["denominator"] > 1e-6][["denominator"]])
    assert len(wanted) > 1000 and wrong.empty, wrong.head(10).to_string()


def subscribers(store: sa.Engine, counted: pd.DataFrame, indicators: list[int], complained: pd.DataFrame) -> pd.DataFrame:
    """Average subscribers below complaint rates: whole where a cut is not one of subscribers."""
    kept = read(store, "SELECT s.*, CASE WHEN urban THEN 'urban' WHEN NOT urban THEN 'rural' ELSE 'unknown' END AS urban"
                       " FROM subscriber s JOIN area USING (area_id)").rename(columns={"area_id": "leaf"})  # fmt: skip
    late = kept[kept["month"] == date(2026, 6, 1)].assign(month=date(2026, 7, 1))
    kept, plan, found = pd.concat([kept, late]).merge(counted, on="leaf"), rollup_recomputed.depths(store), []
    days = pd.DataFrame({"day": pd.date_range("2026-03-01", "2026-07-31").date})
    for period in "dwmqy":
        span = days.assign(
            period=period,
            start=rollup_recomputed.start_of(days["day"], period),
            month=rollup_recomputed.start_of(days["day"], "m"),
        )
        share = span.groupby(["period", "start", "month"]).size().rename("size").reset_index()
        share["size"] = share["size"] if period in "dw" else 1
        share["share"] = share["size"] / share.groupby(["period", "start"])["size"].transform("sum")
        for cut in ("all", "business", "segment", "urban"):
            part = kept[kept["level"] <= rollup_recomputed.depth_of(plan, period, cut)].merge(share, on="month")
            part = part.assign(cut=cut, value="" if cut == "all" else part[cut], denominator=part["subscribers"] * part["share"])
            sums = part.groupby([one for one in KEY if one != "indicator_id"])["denominator"].sum().reset_index()
            found += [sums.assign(indicator_id=indicator) for indicator in indicators]
    by_value = pd.concat(found)
    whole = by_value[by_value["cut"] == "all"].drop(columns=["cut", "value"])
    others = complained.reset_index().query(
        f"indicator_id in {indicators} and cut not in ['all', 'business', 'segment', 'urban']"
    )[KEY]
    return pd.concat([by_value, others.merge(whole, on=["area_id", "indicator_id", "period", "start"])]).set_index(KEY)[
        ["denominator"]
    ]


def test_both_trees_reconcile_at_the_parent(published: tuple[sa.Engine, dict[str, int]]) -> None:
    """The root reads the same in both; a parent equals its members under today's tree; ended areas hold nothing."""
    store, ids = published
    for figure, name in (("score", "swx"), ("ratio", "denominator")):
        now = restated(store, figure).reset_index()
        dated = getattr(rollup_recomputed, f"published_{figure}s")(store).reset_index()
        for one in (now, dated):
            one["value"] = one["value"].fillna("")
        at_root = [one[one["area_id"] == ids["P"]].set_index(KEY).sort_index() for one in (now, dated)]
        pd.testing.assert_series_equal(at_root[0][name], at_root[1][name], check_exact=True)
        gone = [ids[code] for code in ("a1", "a1x", "b2", "d1")]
        assert not now["area_id"].isin(gone).any() and dated["area_id"].isin(gone).any()
        chosen = now[(now["period"] == "m") & (now["cut"] == "all")]
        chains = [chain for _, *chain in map(str.split, TODAY.strip().splitlines())]
        links = {ids[child]: ids[parent] for chain in chains for child, parent in pairwise(chain)}
        below = chosen.assign(area_id=chosen["area_id"].map(links)).dropna().groupby(KEY)[name].sum()
        above = chosen[chosen["area_id"].isin(set(links.values()))].set_index(KEY)[name]
        assert len(above) > 100 and np.allclose(above, below.reindex(above.index), rtol=1e-9)


def test_a_move_that_comes_later_changes_restated_figures_only(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = published
    dated = rollup_recomputed.published_scores(store), rollup_recomputed.published_ratios(store)
    before = restated(store, "score")
    with sql.begin(store) as connection:
        move(connection, ids["a2"], ids["D"], "2026-08-01")
        connection.execute(sa.text("SELECT rebuild_area_closure()"))
    later = publish(store)
    assert later.publication_id == 2 and later.months == () and later.cells_changed == 0, "no fact came"
    assert rollup_recomputed.unequal(dated[0], rollup_recomputed.published_scores(store)).empty
    assert rollup_recomputed.unequal(dated[1], rollup_recomputed.published_ratios(store)).empty
    table = TODAY.replace("a2      A     C1", "a2      D     C2")
    table = table.replace("a1      A-?     A     C1    P", "a1 P-?-?-? P-?-? P-? P")  # what it became stands in two cities now
    ours = rollup_recomputed.scores(store, CUTS, counted_today(store, ids, table))
    assert rollup_recomputed.unequal(ours, restated(store, "score")).empty
    assert not rollup_recomputed.unequal(before, restated(store, "score")).empty
    assert publish(store).publication_id is None, "nothing is news any more"


def test_late_facts_change_the_shifts_of_their_periods_only(published: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = published
    with sql.begin(store) as connection:
        rollup_sample.add_responses(connection, ids, np.random.default_rng(5), 40, date(2026, 4, 1), date(2026, 4, 30))
        rollup_sample.touch(connection, [date(2026, 4, 1)], ("answer",), file=2)
    publish(store)
    ours = rollup_recomputed.scores(store, CUTS, counted_today(store, ids))
    assert rollup_recomputed.unequal(ours, restated(store, "score")).empty
    months = read(store, "SELECT DISTINCT start FROM score_shift WHERE first_pub = 2 AND period = 'm'")["start"].tolist()
    assert months == [date(2026, 4, 1)]
    assert read(store, "SELECT count(*) AS n FROM area_shift WHERE first_pub = 2 OR last_pub = 2")["n"].iloc[0] == 0


def test_what_is_hidden_jointly_of_either_tree_stays_hidden_while_nothing_changes(store: sa.Engine) -> None:
    reorganise(store, rollup_sample.build(store, responses=60, joint=True))
    publish(store)
    assert read(store, "SELECT count(*) AS n FROM suppressed")["n"].iloc[0] > 100
    again = publish(store, everything=True)
    assert again.publication_id == 2 and again.cells_changed == 0
    assert read(store, "SELECT * FROM suppressed WHERE last_pub <> 2147483647").empty


@pytest.mark.parametrize("figure", ["score", "ratio"])
def test_a_shift_that_does_not_add_up_stops_the_publication(published: tuple[sa.Engine, dict[str, int]], figure: str) -> None:
    store, ids = published
    with store.connect() as connection:
        assert [one.check for one in check.run_checks(connection) if one.severity == "fail"] == []
    column = "swx" if figure == "score" else "numerator"
    with sql.begin(store) as connection:
        connection.execute(
            sa.text(f"UPDATE {figure}_shift SET {column} = {column} + 1 WHERE area_id = :area AND period = 'm'"),
            {"area": ids["B"]},
        )
    with store.connect() as connection:
        found = [one for one in check.run_checks(connection) if one.severity == "fail"]
    assert [one.check for one in found] == [f"restated_{figure}s_equal_children"]
    assert {row["area_id"] for row in found[0].rows} <= {ids["B"], ids["C2"]}
    assert LEAF == 4
