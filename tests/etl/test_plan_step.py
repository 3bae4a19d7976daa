"""Plans in the store: proposed over the whole tree, rolling up in the database, refused where they cannot be met, followed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

import sql
from etl.domain.catchball import RULES
from etl.domain.period import Period, parse
from etl.steps.attain import attain_due, due_periods, judge
from etl.steps.check import checks, run_checks
from etl.steps.plan import Asked, Infeasible, propose
from etl.steps.plan_reads import NoGround
from etl.steps.plan_restate import NothingMoved, restate
from tests import plan_sample
from tests.conftest import create_database
from tests.dashboard import sample

YEAR = parse("2026")


def frame(store: sa.Engine, query: str) -> pd.DataFrame:
    with store.connect() as connection:
        return pd.read_sql(sa.text(query), connection)


@pytest.fixture(scope="module")
def planned(server_url: str) -> Iterator[tuple[sa.Engine, int]]:
    """The sample operator with one proposed plan; tests of this module do not change it but by its publication."""
    owner = create_database(server_url, sample.build)
    plan_sample.prepare(owner)
    made = propose(owner, plan_sample.root(owner), Asked(YEAR, {"mobile_overall": 81.5}, lift=0.8, challenge=1.0), "test")
    assert made["outcomes"] == 10 and made["processes"] == 3 and made["areas"] == 40
    yield owner, made["plan"]
    owner.dispose()


def test_every_area_has_its_target_and_levels_roll_up(planned: tuple[sa.Engine, int]) -> None:
    store, _ = planned
    rows = frame(store, "SELECT t.*, i.code FROM plan_target t JOIN indicator i USING (indicator_id)")
    root = rows[rows["parent_id"] == 0].set_index("code")
    assert root.loc["mobile_overall", "target"] == pytest.approx(81.5)
    assert root.loc["hall", "target"] - root.loc["hall", "baseline"] == pytest.approx(0.8)
    published = frame(store, "SELECT swx / sw AS x FROM score_rollup r JOIN area a USING (area_id) JOIN indicator i USING (indicator_id) "
                      "WHERE a.code = '44' AND i.code = 'hall' AND period = 'y' AND start = '2025-01-01' AND cut = 'all'")  # fmt: skip
    assert root.loc["hall", "baseline"] == pytest.approx(published["x"][0], abs=1e-9)
    assert (rows["challenge"] - rows["target"]).dropna().eq(1).sum() or (rows["challenge"] - rows["target"]).dropna().between(
        0.999, 1.001
    ).all()
    joined = rows.merge(rows, left_on=["indicator_id", "area_id"], right_on=["indicator_id", "parent_id"], suffixes=("", "_c"))
    for name, off in (("target", 1e-9), ("displayed", 0.01), ("baseline", 1e-9)):
        joined["part"] = joined["weight_c"] * joined[f"{name}_c"]
        sums = joined.groupby(["indicator_id", "area_id"]).agg(
            part=("part", "sum"), weight=("weight_c", "sum"), own=(name, "first")
        )
        sums = sums[sums["weight"] > 0]
        assert len(sums) > 100 and (sums["part"] / sums["weight"] - sums["own"]).abs().max() <= off, name


def test_processes_carry_the_outcomes_within_what_was_seen(planned: tuple[sa.Engine, int]) -> None:
    store, _ = planned
    rows = frame(
        store, "SELECT t.*, i.code FROM plan_target t JOIN indicator i USING (indicator_id) WHERE parent_id = 0"
    ).set_index("code")
    assert rows.loc["connection_rate", "target"] > rows.loc["connection_rate", "baseline"]
    assert rows.loc["hotline_wait", "target"] < rows.loc["hotline_wait", "baseline"]
    seen = frame(
        store,
        "SELECT max(target) AS most FROM plan_target t JOIN indicator i USING (indicator_id) WHERE i.code = 'connection_rate'",
    )
    assert seen["most"][0] <= 99.6 + 1e-9
    assert rows.loc["hotline", "reach"] > 0 and rows.loc["tariff", "reach"] == 0  # nothing is proven to carry the tariff


def test_what_cannot_be_met_is_refused_with_level_shortfall_and_who_binds(planned: tuple[sa.Engine, int]) -> None:
    store, _ = planned
    with pytest.raises(Infeasible) as refused:
        propose(store, plan_sample.root(store), Asked(YEAR, {"mobile_overall": 95.0}, cap=2.0), "test")
    told = refused.value.told[0]
    assert told["attainable"] + told["shortfall"] == pytest.approx(95.0) and set(told["binding_zh"]) == {
        "广州市",
        "深圳市",
        "珠海市",
    }
    assert "广州市" in refused.value.reason_zh and "Guangzhou" in refused.value.reason_en and f"{told['attainable']:.2f}" in refused.value.reason_en
    assert len(frame(store, "SELECT plan_id FROM plan")) == 1


def test_a_period_without_a_baseline_is_refused(planned: tuple[sa.Engine, int]) -> None:
    with pytest.raises(NoGround, match="2029"):
        propose(planned[0], plan_sample.root(planned[0]), Asked(parse("2030")), "test")


def test_a_lead_lifts_the_target_to_the_competitor_s_level_and_more(server_url: str) -> None:
    owner = create_database(server_url, sample.build)
    plan_sample.prepare(owner)
    with sql.begin(owner) as connection:
        rival = connection.scalar(sa.text(
            "SELECT swx / sw FROM score_rollup r JOIN area a USING (area_id) JOIN indicator i USING (indicator_id) WHERE a.code = '44' "
            "AND i.code = 'voice' AND period = 'y' AND start = '2025-01-01' AND cut = 'brand' AND value = 'rival'"))  # fmt: skip
    propose(owner, plan_sample.root(owner), Asked(YEAR, lift=0.1, leads={"voice": 3.0}), "test")
    rows = frame(
        owner,
        "SELECT t.*, a.code FROM plan_target t JOIN area a USING (area_id) JOIN indicator i USING (indicator_id) WHERE i.code = 'voice'",
    )
    own = rows.set_index("code")
    assert own.loc["44", "target"] == pytest.approx(rival + 3.0) and own.loc["44", "lead"] == pytest.approx(3.0)
    known = rows[(rows["level"] == 2) & rows["lead"].notna()]
    assert (known["weight"] * known["lead"]).sum() / known["weight"].sum() <= own.loc[
        "44", "lead"
    ] + 0.5  # leads are never averaged upward
    owner.dispose()


def test_the_store_holds_the_same_rules_of_catchball(planned: tuple[sa.Engine, int]) -> None:
    rows = frame(planned[0], "SELECT * FROM catchball_rule")
    assert {(r.state, r.action, r.side, r.to_state, r.value, r.note) for r in rows.itertuples()} == {
        (r.state, r.action, r.side, r.to, r.value, r.note) for r in RULES
    }


def test_periods_that_are_judged() -> None:
    through = date(2026, 11, 8)
    first = due_periods(YEAR, through, [], set())
    assert [one.code() for one in first][-3:] == ["2026-Q3", "2026-Q4", "2026"] and len(first) == 11 + 4 + 1
    again = due_periods(YEAR, through, [date(2026, 9, 1)], set(first))
    assert [one.code() for one in again] == ["2026-09", "2026-11", "2026-Q3", "2026-Q4", "2026"]


def turn(store: sa.Engine, plan: int, what: str) -> str:
    with sql.begin(store) as connection:
        return str(sql.one(connection, "dashboard/plan_turn", plan=plan, what=what, note="")["status"])  # type: ignore[index]


def test_a_published_plan_is_followed(planned: tuple[sa.Engine, int]) -> None:
    store, plan = planned
    assert attain_due(store) is None, "no plan is in force"
    assert turn(store, plan, "lock") == "locked" and turn(store, plan, "publish") == "published"
    check = next(one for one in checks() if one.name == "plans_roll_up")
    with sql.begin(store) as connection:
        assert run_checks(connection, only=[check]) == []
    assert attain_due(store) is not None
    done = judge(store)
    assert done["publication"] == 1 and done["attainments"] > 500 and judge(store)["publication"] is None
    rows = frame(
        store,
        "SELECT t.*, i.code, a.code AS area FROM attainment t JOIN indicator i USING (indicator_id) JOIN area a USING (area_id)",
    )
    year = rows[(rows["period"] == "y") & (rows["area"] == "44")].set_index("code")
    actual = frame(store, "SELECT swx / sw AS x FROM score_rollup r JOIN area a USING (area_id) JOIN indicator i USING (indicator_id) "
                   "WHERE a.code = '44' AND i.code = 'hall' AND period = 'y' AND start = '2026-01-01' AND cut = 'all'")  # fmt: skip
    assert year.loc["hall", "actual"] == pytest.approx(actual["x"][0]) and (rows["score"].between(0, 120)).all()
    sure = rows[(rows["code"] == "hall") & (rows["low"] > rows["target"])]
    assert (sure["state"] == 1).all() and set(rows["state"]) <= {-1, 0, 1}
    assert (
        (rows["state"] == -1) == ((rows["low"] > rows["target"]) | (rows["high"] < rows["target"])) & (rows["state"] != 1)
    ).all()
    parts = frame(store, "SELECT * FROM card_score WHERE period = 'y'")
    whole = parts[parts["part"] == "card"].set_index("area_id")["score"]
    rest = parts[parts["part"] != "card"]
    made = (rest["score"] * rest["share"]).groupby(rest["area_id"]).sum() / rest["share"].groupby(rest["area_id"]).sum()
    assert made.loc[whole.index].to_numpy() == pytest.approx(whole.to_numpy()) and len(whole) > 30


ONE = "ctid = (SELECT ctid FROM plan_target WHERE level = {level} AND weight > 0 ORDER BY indicator_id, area_id LIMIT 1)"


@pytest.mark.parametrize("change", [
    "UPDATE plan_target SET target = target + 2e-8 WHERE " + ONE.format(level=2),
    "UPDATE plan_target SET displayed = displayed + 0.1 WHERE " + ONE.format(level=4),
    "UPDATE plan_target SET target = 'NaN' WHERE " + ONE.format(level=4),
    "UPDATE plan_target SET weight = weight * 1.01 WHERE " + ONE.format(level=3),
    "DELETE FROM plan_target WHERE " + ONE.format(level=4),
    "DELETE FROM plan_target WHERE " + ONE.format(level=3),
])  # fmt: skip
def test_a_row_changed_by_hand_is_found_by_the_check_and_not_published(planned: tuple[sa.Engine, int], change: str) -> None:
    store, plan = planned
    check = next(one for one in checks() if one.name == "plans_roll_up")
    with store.connect() as connection:
        connection.exec_driver_sql("UPDATE plan SET status = 'published'")
        assert not run_checks(connection, only=[check])
        connection.exec_driver_sql(change)
        assert run_checks(connection, only=[check])
        connection.exec_driver_sql("UPDATE plan SET status = 'locked'")
        with pytest.raises(sa.exc.DBAPIError, match="off"):
            sql.one(connection, "dashboard/plan_turn", plan=plan, what="publish", note="")
        connection.rollback()


def test_a_month_is_closed_objected_to_and_decided(planned: tuple[sa.Engine, int]) -> None:
    store, plan = planned
    if not len(frame(store, "SELECT plan_id FROM attainment LIMIT 1")):
        turn(store, plan, "lock"), turn(store, plan, "publish"), judge(store)
    month = Period("m", date(2026, 10, 1))
    with sql.begin(store) as connection:
        made = sql.one(connection, "dashboard/appraisal_close", plan=plan, kind=month.kind, start=month.start)
        area = connection.scalar(sa.text("SELECT area_id FROM area WHERE code = '4401'"))
        objected = sql.one(
            connection, "dashboard/appraisal_object", appraisal=made["appraisal"], area=area, part="outcome", line="", note="台风"
        )  # type: ignore[index]
        decided = sql.one(
            connection, "dashboard/appraisal_decide", objection=objected["objection"], how="upheld", score=90.0, note="属实"
        )  # type: ignore[index]
        assert decided == {"version": 2}
        rows = sql.rows(connection, "dashboard/appraisal_scores", appraisal=made["appraisal"], areas=[area])  # type: ignore[index]
    by_part = {(row["part"], row["line_id"]): row for row in rows}
    assert by_part["outcome", ""]["score"] == 90 != by_part["outcome", ""]["first_score"]
    rest = [row for row in rows if row["part"] != "card"]
    whole = sum(row["score"] * row["share"] for row in rest) / sum(row["share"] for row in rest)
    assert by_part["card", ""]["score"] == pytest.approx(whole)
    with pytest.raises(sa.exc.DBAPIError, match="there"), sql.begin(store) as connection:
        sql.one(connection, "dashboard/appraisal_close", plan=plan, kind="m", start=month.start)
    with pytest.raises(sa.exc.DBAPIError, match="running"), sql.begin(store) as connection:
        sql.one(connection, "dashboard/appraisal_close", plan=plan, kind="m", start=date(2026, 11, 1))


def test_a_plan_is_carried_over_to_a_re_organised_tree(server_url: str) -> None:
    owner = create_database(server_url, sample.build)
    plan_sample.prepare(owner)
    plan = propose(owner, plan_sample.root(owner), Asked(YEAR, lift=0.5), "test")["plan"]
    for what in ("lock", "publish"):
        turn(owner, plan, what)
    first = attain_due(owner)
    with pytest.raises(NothingMoved):
        restate(owner, plan, "test")
    with sql.begin(owner) as connection:
        for statement in (
            "UPDATE publication SET data_to = '2026-11-20'",
            "UPDATE area_parent SET valid_to = '2026-11-15' WHERE area_id = (SELECT area_id FROM area WHERE code = '440106-g1')",
            "INSERT INTO area_parent SELECT g.area_id, c.area_id, '2026-11-15' FROM area g, area c "
            "WHERE g.code = '440106-g1' AND c.code = '440111'",
            "SELECT rebuild_area_closure()",
        ):
            connection.execute(sa.text(statement))
    made = restate(owner, plan, "test")
    rows = frame(owner, "SELECT t.*, a.code, p.code AS parent FROM plan_target t JOIN area a USING (area_id) LEFT JOIN area p ON p.area_id = t.parent_id "
                 "JOIN indicator i USING (indicator_id) WHERE i.code = 'mobile_overall'").set_index(["plan_id", "code"])  # fmt: skip
    old, new = rows.loc[plan], rows.loc[made["plan"]]
    assert new.loc["440106-g1", "parent"] == "440111" and old.loc["440106-g1", "parent"] == "440106"
    for code in ("44", "4401", "440106-g1", "4403"):
        assert new.loc[code, "target"] == pytest.approx(old.loc[code, "target"], abs=1e-9), code
    assert new.loc["440106", "target"] != pytest.approx(old.loc["440106", "target"], abs=1e-6)
    assert turn(owner, made["plan"], "lock") == "locked" and turn(owner, made["plan"], "publish") == "published"
    assert frame(owner, "SELECT status FROM plan ORDER BY plan_id")["status"].tolist() == ["superseded", "published"]
    again = attain_due(owner)
    assert first is not None and again is not None and again > first, "it is judged by a run of its own"
    check = next(one for one in checks() if one.name == "plans_roll_up")
    with sql.begin(owner) as connection:
        assert run_checks(connection, only=[check]) == []
    owner.dispose()
