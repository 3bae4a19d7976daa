"""Rules that say yes or no, in the store: a fixed threshold, a target out of reach, ranks behind those of before; and what is
withheld takes no part."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import sqlalchemy as sa

import sql
from etl.steps.detect import detect
from tests.etl.detect_sample import COUNTIES, NOW, Operator


@pytest.fixture
def operator(store: sa.Engine) -> Operator:
    return Operator.build(store)


def only(operator: Operator, rule: str, **limits: float) -> None:
    """Of all rules this one is in force."""
    with sql.begin(operator.store) as connection:
        connection.exec_driver_sql("UPDATE alert_rule SET enabled = false")
        connection.execute(sa.text("UPDATE alert_rule SET enabled = true, limits = limits || CAST(:limits AS jsonb) WHERE rule = :rule"),
                           {"rule": rule, "limits": json.dumps(limits)})  # fmt: skip


def add(operator: Operator, table: str, **row: object) -> None:
    with sql.begin(operator.store) as connection:
        names = ", ".join(row)
        connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in row)})"), row)


def test_a_threshold_is_passed_with_the_whole_interval(operator: Operator) -> None:
    only(operator, "fixed_threshold", threshold=70.0)
    operator.publish(14, {"A1": (13, 12.0), "B2": (13, 6.0)})  # about 63 and 69, each ± 2.3
    assert detect(operator.store, NOW)["opened"] == 1
    (one,) = operator.rows("SELECT a.code, e.value, e.high, e.expected, e.detail, e.n FROM episode e JOIN area a USING (area_id)")
    assert (one["code"], one["expected"], one["detail"], one["n"]) == ("A1", 70, {"threshold": 70}, 300)
    assert one["value"] == pytest.approx(63, abs=3) and one["value"] < one["high"] < 70
    operator.publish(15, {"A1": (13, 12.0)}, volume={("A1", 14): 0.05})
    detect(operator.store, NOW)
    assert operator.rows("SELECT state FROM episode")[0]["state"] in ("too_few", "error"), "15 answers say nothing of a threshold"


def test_a_target_with_too_small_a_chance_is_told_until_the_chance_is_back(operator: Operator) -> None:
    only(operator, "target_missed")
    first = operator.publish(17)
    told = {"indicator_id": operator.indicators["mobile_overall"], "period": "q", "start": "2026-04-01", "through": "2026-05-31",
            "n_eff": 300, "sd": 0.8, "low80": 73, "high80": 75, "target": 76}  # fmt: skip
    for code, chance in (("A1", 0.05), ("A2", 0.21), ("B1", None)):
        add(operator, "forecast", area_id=operator.ids[code], value=74, low=72.4, high=75.6, probability=chance, first_pub=first, **told)
    detect(operator.store, NOW)
    (one,) = operator.rows("SELECT a.code, e.value, e.low, e.high, e.detail FROM episode e JOIN area a USING (area_id)")
    assert one["code"] == "A1" and (one["value"], one["detail"]["target"], one["detail"]["start"]) == (74, 76, "2026-04-01")
    assert one["detail"]["probability"] == pytest.approx(0.05)
    for calm in (18, 19):  # two periods, as with every rule
        add(operator, "forecast", area_id=operator.ids["A1"], value=76, low=75, high=77, probability=0.6, first_pub=operator.publish(calm),
            **{**told, "start": f"2026-0{7 if calm == 19 else 4}-01"})  # fmt: skip
        with sql.begin(operator.store) as connection:
            connection.execute(sa.text("UPDATE forecast SET last_pub = :p WHERE first_pub < :p"), {"p": operator.publications})
        detect(operator.store, NOW)
    assert operator.told() == [("fired", "A1"), ("recovered", "A1")]


def told_of(operator: Operator, months: int, chances: Mapping[str, float]) -> list[str]:
    """Publish so many months and these chances alone; the areas whose alerts opened so far."""
    first = operator.publish(months)
    with sql.begin(operator.store) as connection:
        connection.execute(sa.text("UPDATE forecast SET last_pub = :p WHERE last_pub > :p"), {"p": first})
    for code, chance in chances.items():
        add(operator, "forecast", area_id=operator.ids[code], indicator_id=operator.indicators["mobile_overall"], period="q",
            start="2026-04-01", through="2026-05-31", value=74, low=72, high=76, n_eff=300, sd=0.8, low80=73, high80=75,
            target=76, probability=chance, first_pub=first)  # fmt: skip
    detect(operator.store, NOW)
    return [code for what, code in operator.told() if what == "fired"]


def states(operator: Operator) -> list[str]:
    return [row["state"] for row in operator.rows("SELECT state FROM episode ORDER BY episode_id")]


def test_a_chance_about_the_limit_brings_nobody_below_and_without_a_target_nothing_is_known(operator: Operator) -> None:
    only(operator, "target_missed")
    below = {"A": 0.01, "B": 0.01}
    assert told_of(operator, 17, {"P": 0.19, **below}) == ["P"]
    assert told_of(operator, 17, {"P": 0.21, **below}) == ["P"], "what opened stands for the month"
    assert told_of(operator, 18, {"P": 0.21, **below}) == ["P", "A", "B"] and states(operator) == ["recovering", "firing", "firing"]
    assert told_of(operator, 19, {}) == ["P", "A", "B"] and states(operator) == ["no_data"] * 3, "the plan is over"


def test_a_target_missed_by_most_below_is_one_alert(operator: Operator) -> None:
    """Province and both cities, all counties of A: one. Of B's counties one misses alone: told beside. The open ones stay open."""
    only(operator, "target_missed")
    at_once = {"P": 0.01, "A": 0.01, "B": 0.01, "A1": 0.01, "A2": 0.01, "A3": 0.01, "A4": 0.5, "B1": 0.01, "B2": 0.5, "B3": 0.5}

    def told(months: int, chances: Mapping[str, float]) -> list[str]:
        return told_of(operator, months, chances)

    assert told(17, at_once) == ["P", "B1"]
    (province, _) = operator.rows("SELECT detail FROM episode ORDER BY episode_id")
    assert (province["detail"]["below"], province["detail"]["below_of"]) == (2, 2)
    most_of_b = {**at_once, "B2": 0.01, "B3": 0.01}
    assert told(18, most_of_b) == ["P", "B1"], "now most of B's miss: B1's alert goes on, no other opens"
    assert told(19, {**most_of_b, "P": 0.5}) == ["P", "B1", "A", "B"], "the cities' misses are their own once the province's is over"
    assert states(operator) == ["recovering"] + ["firing"] * 3


def test_ranks_that_lie_wholly_behind_those_of_before(operator: Operator) -> None:
    only(operator, "rank_fall")
    first = operator.publish(16)
    ranks = {"A1": ((1, 2), (3, 4)), "A2": ((1, 3), (3, 4)), "A3": ((3, 4), (1, 2)), "A4": ((1, 2), (3, 4))}  # before, now
    add(operator, "suppressed", area_id=operator.ids["A4"], indicator_id=operator.indicators["mobile_overall"], period="m", cut="all",
        start="2026-04-01", value="", first_pub=first)  # fmt: skip
    for code, bands in ranks.items():
        for start, (best, worst) in zip(("2026-01-01", "2026-04-01"), bands, strict=True):
            add(operator, "estimate", area_id=operator.ids[code], indicator_id=operator.indicators["mobile_overall"], period="m",
                start=start, parent_id=operator.ids["A"], window_length=1, n=300, n_eff=300, deff=1, direct=75, se=1, low=73, high=77,
                **dict.fromkeys(("shrunken", "shrunken_low", "shrunken_high", "benchmarked"), 75), variance_between=4, reliability=0.8,
                weight=300, funnel=0, proof_window=1, display=3, first_rank=best, last_rank=worst, siblings=4, first_pub=first)  # fmt: skip
    detect(operator.store, NOW)
    (one,) = operator.rows("SELECT a.code, e.value, e.detail FROM episode e JOIN area a USING (area_id)")
    assert one["code"] == "A1" and one["value"] == 75
    assert one["detail"] == {"first_rank": 3, "last_rank": 4, "first_before": 1, "last_before": 2, "siblings": 4}


def test_a_mix_of_few_answers_is_nobody_s_alarm(operator: Operator) -> None:
    only(operator, "data_quality")
    operator.publish(16, n=16, modes={("B2", 15): 0.9})
    assert detect(operator.store, NOW)["opened"] == 0
    operator.publish(17, n=64, modes={("B2", 16): 0.9}, volume={(county, month): 0.25 for county in COUNTIES for month in range(16)})
    detect(operator.store, NOW)
    assert ("data_quality", "B2") in operator.open()


def test_what_is_withheld_takes_no_part(operator: Operator) -> None:
    only(operator, "outcome_fall")
    first = operator.publish(16, {county: (13, 9.0) for county in COUNTIES[:2]})
    for start in ("2026-02-01", "2026-03-01", "2026-04-01"):
        add(operator, "suppressed", area_id=operator.ids["A1"], indicator_id=operator.indicators["mobile_overall"], period="m", cut="all",
            start=start, value="", first_pub=first)  # fmt: skip
    detect(operator.store, NOW)
    assert ("outcome_fall", "A1") not in operator.open() and ("outcome_fall", "A2") in operator.open()
    (state,) = operator.rows("SELECT state FROM series_state JOIN area a USING (area_id) WHERE rule = 'outcome_fall' AND code = 'A1'")
    assert state["state"] == "no_data"


def test_what_is_withheld_was_answered_all_the_same(operator: Operator) -> None:
    only(operator, "data_quality")
    first = operator.publish(16)
    for start in ("2026-02-01", "2026-03-01"):
        add(operator, "suppressed", area_id=operator.ids["A1"], indicator_id=operator.indicators["mobile_overall"], period="m", cut="all",
            start=start, value="", first_pub=first)  # fmt: skip
    detect(operator.store, NOW)
    assert operator.open() == [], "as many answered as ever"


def test_no_alert_tells_of_a_cut_that_is_withheld(operator: Operator) -> None:
    only(operator, "outcome_fall")
    first = operator.publish(16, {"A1": (13, 12.0), "B2": (13, 12.0)})
    for start in ("2026-02-01", "2026-03-01", "2026-04-01"):
        add(operator, "suppressed", area_id=operator.ids["A1"], indicator_id=operator.indicators["mobile_overall"], period="m", cut="mode",
            start=start, value="phone", first_pub=first)  # fmt: skip
    detect(operator.store, NOW)
    causes = operator.rows("SELECT a.code, c.value FROM episode_cause c JOIN episode e USING (episode_id) JOIN area a ON a.area_id = e.area_id"
                           " WHERE c.kind = 'cut' ORDER BY 1, 2")  # fmt: skip
    assert [(row["code"], row["value"]) for row in causes] == [("A1", "sms"), ("B2", "phone"), ("B2", "sms")]


def test_cuts_kept_down_to_grids_are_no_county_s(operator: Operator) -> None:
    only(operator, "data_quality")
    operator.publish(16)
    with sql.begin(operator.store) as connection:  # an operator whose table of depths says so
        connection.exec_driver_sql(
            "INSERT INTO score_rollup (area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2, counts, first_pub)"
            " SELECT r.area_id, r.indicator_id, r.period, 'mode', r.start, 'phone', n, sw, sw2, swx, swx2, counts, first_pub"
            " FROM score_rollup r JOIN area a USING (area_id) WHERE a.level = 4 AND r.cut = 'all'")  # fmt: skip
    detect(operator.store, NOW)
    assert operator.open() == []
