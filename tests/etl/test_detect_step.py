"""Detection in the store: what opens where, what a second look adds, and what is not judged."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

import sql
from etl.steps.detect import detect, detect_due, feeds_due
from tests.conftest import app_engine
from tests.etl.detect_sample import COUNTIES, NOW, Operator


@pytest.fixture
def operator(store: sa.Engine) -> Operator:
    return Operator.build(store)


def look(operator: Operator, days: int = 0) -> dict[str, object]:
    return detect(operator.store, NOW + timedelta(days=days))


def test_two_counties_that_pull_a_city_down_are_two_counties(operator: Operator) -> None:
    operator.publish(16, {"A1": (13, 9.0), "A2": (13, 9.0)})
    assert detect_due(operator.store) is not None
    assert look(operator)["opened"] == 2
    assert operator.open() == [("outcome_fall", "A1"), ("outcome_fall", "A2")]
    assert operator.told() == [("fired", "A1"), ("fired", "A2")]
    assert detect_due(operator.store) is None


def test_a_province_wide_fall_is_one_alert(operator: Operator) -> None:
    operator.publish(16, {county: (13, 6.0) for county in COUNTIES})
    look(operator)
    assert operator.open() == [("outcome_fall", "P")]


def test_an_alert_tells_its_figures_its_series_and_who_carries_it(operator: Operator) -> None:
    operator.publish(16, {"B3": (14, 9.0)})
    look(operator)
    (one,) = operator.rows("SELECT e.*, a.code FROM episode e JOIN area a USING (area_id)")
    assert (one["code"], one["state"], one["severity"], one["since"]) == ("B3", "firing", 1, date(2026, 3, 1))
    assert one["size"] == pytest.approx(-9, abs=2.5) and one["expected"] == pytest.approx(75, abs=2)
    assert one["low"] < one["value"] < one["high"] and one["n"] == 300 and one["s"] < -3.1
    points = operator.rows("SELECT * FROM episode_point ORDER BY start")
    assert len(points) == 16 and [point["tested"] for point in points] == [False] * 12 + [True] * 4
    assert points[-1]["s"] == pytest.approx(one["s"]) and -3.2 < points[-1]["limit_s"] <= -3.1025
    causes = operator.rows("SELECT c.*, a.code FROM episode_cause c LEFT JOIN area a USING (area_id) ORDER BY place")
    grids = [cause for cause in causes if cause["kind"] == "grid"]
    assert {cause["code"] for cause in grids} == {"B3x", "B3y"} and all(cause["high"] < 0 for cause in grids)
    assert sum(cause["contribution"] for cause in grids) == pytest.approx(one["size"], abs=1.5)
    assert {cause["value"] for cause in causes if cause["kind"] == "cut"} == {"phone", "sms"}


def test_looking_again_changes_nothing_and_a_month_counts_once(operator: Operator) -> None:
    operator.publish(16, {"A1": (13, 9.0)})
    look(operator)
    before = operator.rows("SELECT * FROM series_state ORDER BY 1, 2, 3")
    detect(operator.store, NOW, again=True)
    assert operator.rows("SELECT * FROM series_state ORDER BY 1, 2, 3") == before and operator.told() == [("fired", "A1")]


def test_one_after_the_other_as_all_at_once(operator: Operator) -> None:
    """The state can be computed anew from what is published."""
    for months in range(13, 19):
        operator.publish(months, {"A1": (14, 9.0)})
        look(operator)
    step_by_step = operator.rows("SELECT rule, area_id, start, s, state FROM series_state WHERE rule = 'outcome_fall' ORDER BY 1, 2")
    with sql.begin(operator.store) as connection:
        connection.exec_driver_sql("DELETE FROM series_state")
    detect(operator.store, NOW, again=True)
    at_once = operator.rows("SELECT rule, area_id, start, s, state FROM series_state WHERE rule = 'outcome_fall' ORDER BY 1, 2")
    assert at_once == step_by_step and {what for what, _ in operator.told()} == {"fired", "worsened"}


def test_a_fall_that_ends_recovers_after_two_calm_months(operator: Operator) -> None:
    for months in (16, 30):
        operator.publish(months, {"A1": (14, 8.0)}, seed=4)
        _mend(operator, "A1", 16)  # from month 16 on it is as it was
        look(operator)
    assert [one for one in operator.told() if one[0] != "worsened"] == [("fired", "A1"), ("recovered", "A1")]
    (one,) = operator.rows("SELECT state, closed, closed_at FROM episode")
    assert one["state"] == "ok" and one["closed_at"] is not None


def _mend(operator: Operator, county: str, since: int) -> None:
    """Lift a county and all above and below it back to where it stood."""
    start = date(2025 + since // 12, since % 12 + 1, 1)
    with sql.begin(operator.store) as connection:
        connection.execute(sa.text(
            "UPDATE score_rollup r SET swx = swx + 8.0 * n * s.part, swx2 = swx2 + (16.0 * swx / sw + 64.0) * n * s.part FROM (VALUES "
            "(CAST(:a AS text), 1.0), (CAST(:x AS text), 1.0), (CAST(:y AS text), 1.0), (CAST(:c AS text), 0.25), ('P', 0.125)) s (code, part), area a "
            "WHERE a.code = s.code AND a.area_id = r.area_id AND r.start >= :start"),
            {"a": county, "x": county + "x", "y": county + "y", "c": county[0], "start": start})  # fmt: skip


def test_a_missing_county_has_no_data_and_has_not_recovered(operator: Operator) -> None:
    operator.publish(15, {"A1": (13, 9.0)})
    look(operator)
    operator.publish(16, {"A1": (13, 9.0)}, volume={("A1", 15): 0.0}, late={"A1": date(2026, 3, 31)})
    look(operator)
    (state,) = operator.rows("SELECT state, beneath FROM series_state s JOIN area a USING (area_id) WHERE rule = 'outcome_fall' AND code = 'A1'")
    assert state == {"state": "no_data", "beneath": "firing"}
    (one,) = operator.rows("SELECT state, value FROM episode WHERE closed_at IS NULL")
    assert one == {"state": "no_data", "value": None} and ("recovered", "A1") not in operator.told()


def test_a_county_whose_month_has_not_come_in_full_is_not_judged_until_it_has(operator: Operator) -> None:
    operator.publish(16, {"A1": (15, 12.0)}, late={"A1": date(2026, 4, 12)})
    look(operator)
    assert operator.open() == []
    operator.publish(16, {"A1": (15, 12.0)})
    look(operator)
    assert operator.open() == [("outcome_fall", "A1")]


def test_a_month_that_is_not_over_is_not_judged(operator: Operator) -> None:
    operator.publish(16, {"A1": (15, 12.0)}, through=date(2026, 4, 29))
    look(operator)
    assert operator.open() == []


def test_answers_that_multiply_are_a_matter_of_quality_and_no_fall(operator: Operator) -> None:
    operator.publish(16, {"A1": (15, 12.0)}, volume={("A1", 15): 4.0})
    look(operator)
    assert ("data_quality", "A1") in operator.open() and ("outcome_fall", "A1") not in operator.open()
    (state,) = operator.rows("SELECT state FROM series_state s JOIN area a USING (area_id) WHERE rule = 'outcome_fall' AND code = 'A1'")
    assert state["state"] == "error"


def test_a_mix_that_moves_is_told_with_the_change_held_constant(operator: Operator) -> None:
    operator.publish(16, modes={("B2", 15): 0.8})
    look(operator)
    (one,) = operator.rows("SELECT e.rule, a.code, e.detail FROM episode e JOIN area a USING (area_id) WHERE closed_at IS NULL")
    assert (one["rule"], one["code"]) == ("data_quality", "B2")
    assert one["detail"]["cut"] == "mode" and abs(one["detail"]["moved"]) == pytest.approx(0.5, abs=0.02)
    assert one["detail"]["held"][0]["held"] == pytest.approx(one["detail"]["held"][0]["change"], abs=3)


def test_a_late_feed_is_one_alert_until_it_is_mended(operator: Operator) -> None:
    operator.publish(14)
    look(operator)
    seen = {"kind": "overdue", "subject": "survey_sms", "said_zh": "迟到", "said_en": "late", "now": NOW}
    for _ in range(3):
        with sql.begin(operator.store) as connection:
            sql.execute(connection, "etl/incident_seen", **seen)
        if feeds_due(operator.store):
            look(operator)
    assert operator.open() == [("late_feed", "P")]
    with sql.begin(operator.store) as connection:
        sql.execute(connection, "etl/incident_over", kind="overdue", subject="survey_sms", now=NOW)
    assert feeds_due(operator.store)
    look(operator)
    assert operator.told() == [("fired", "P"), ("recovered", "P")] and not feeds_due(operator.store)


def test_a_rule_switched_off_looks_at_nothing(operator: Operator) -> None:
    with sql.begin(operator.store) as connection:
        connection.execute(sa.text("SELECT change_rule('outcome_fall', NULL, NULL, NULL, NULL, NULL, NULL, false, 'trial')"))
    operator.publish(16, {"A1": (13, 9.0)})
    look(operator)
    assert operator.open() == []
    (line,) = operator.rows("SELECT actor, action, subject, detail FROM audit")
    assert (line["actor"], line["action"], line["subject"]) == ("cli", "alert_rule_changed", "outcome_fall")


def test_who_sees_and_who_acts(operator: Operator) -> None:
    operator.publish(16, {"A1": (13, 9.0)})
    look(operator)
    near, far, reader = operator.user("a1", "manager", "A1"), operator.user("b", "manager", "B"), operator.user("an", "analyst", "P")
    (episode,) = operator.rows("SELECT episode_id FROM episode")
    app = app_engine(operator.store)
    with app.begin() as connection:
        connection.exec_driver_sql("SELECT 1")
    try:
        assert [_acknowledge(app, user, episode["episode_id"]) for user in (far, reader, None)] == [0, 0, 0]
        assert _acknowledge(app, near, episode["episode_id"]) == 1
        assert _acknowledge(app, near, episode["episode_id"]) == 0
    finally:
        app.dispose()
    (state,) = operator.rows("SELECT state FROM series_state s JOIN area a USING (area_id) WHERE rule = 'outcome_fall' AND code = 'A1'")
    assert state["state"] == "acknowledged" and operator.told()[-1] == ("acknowledged", "A1")
    detect(operator.store, NOW, again=True)
    assert operator.rows("SELECT state, owner FROM episode") == [{"state": "acknowledged", "owner": "a1"}]


def _acknowledge(app: sa.Engine, user: int | None, episode: object) -> object:
    with sql.scoped(app, user) as connection:
        return connection.scalar(sa.text("SELECT acknowledge_episodes(ARRAY[CAST(:e AS bigint)], '', 'seen')"), {"e": episode})


def test_the_statistic_in_the_store_is_the_one_of_the_file(operator: Operator) -> None:
    """What the store says of a series is what the detector alone says of the same readings."""
    from etl.domain.detect import Series, baseline, scan

    operator.publish(18, {"A1": (14, 6.0)})
    look(operator)
    rows = operator.rows("SELECT a.code, r.start, r.n, r.swx / r.sw AS mean FROM score_rollup r JOIN area a USING (area_id) "
                         "WHERE cut = 'all' ORDER BY a.area_id, start")  # fmt: skip
    codes = list(operator.ids)
    value = np.array([row["mean"] for row in rows], float).reshape(len(codes), 18)
    n = np.array([row["n"] for row in rows], float).reshape(len(codes), 18)
    parent = np.array([-1 if c == "P" else codes.index(c[0] if len(c) == 2 else c[:2]) if len(c) > 1 else 0 for c in codes])
    levels = np.array([1 if c == "P" else len(c) + 1 for c in codes])
    series = Series(value, n, np.sqrt(400.0 * n / (n - 1)), parent, levels)
    s = scan(series, baseline(series)).s[:, -1]
    kept = {row["code"]: row["s"] for row in operator.rows("SELECT a.code, s.s FROM series_state s JOIN area a USING (area_id) WHERE rule = 'outcome_fall'")}
    assert kept == pytest.approx(dict(zip(codes, s.tolist(), strict=True)), abs=1e-9)
