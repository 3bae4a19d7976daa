"""Drivers estimated on a published store whose truth is known: joins, levels, evidence, and what is kept."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import sql
from etl.commands.jobs import waiting
from etl.steps import driver_reads
from etl.steps.drivers import drivers_due, estimate_drivers
from tests.conftest import create_database
from tests.etl import drivers_sample
from tests.etl.drivers_sample import EFFECTS, OWN
from tests.etl.installation import settings_of


@pytest.fixture(scope="module")
def estimated(server_url: str) -> Any:
    owner = create_database(server_url, drivers_sample.build)
    assert drivers_due(owner)
    done = estimate_drivers(owner)
    yield owner, done
    owner.dispose()


def effects(owner: sa.Engine, everything: bool = True) -> dict[tuple[str, str, str], dict[str, Any]]:
    with sql.begin(owner) as connection:
        rows = sql.rows(connection, "etl/drivers_shown", outcome=None, everything=everything)
    return {(row["outcome"], row["driver"], row["evidence"]): row for row in rows}


def test_the_window_is_of_complete_months() -> None:
    found = driver_reads.window(date(2025, 11, 20), date(2026, 11, 3))
    assert found is not None
    assert (found.months[0], found.months[-1], found.last_day) == (date(2025, 11, 1), date(2026, 10, 1), date(2026, 10, 31))
    assert found.before == (date(2025, 8, 1), date(2025, 9, 1), date(2025, 10, 1))
    assert len(driver_reads.window(date(2020, 1, 1), date(2026, 10, 31)).months) == driver_reads.WINDOW_MONTHS
    assert driver_reads.window(date(2026, 11, 1), date(2026, 11, 3)) is None


def test_every_kind_of_evidence_finds_what_is_true(estimated: Any) -> None:
    owner, done = estimated
    found = effects(owner)
    assert done["publication"] == 1 and done["effects"] == len(found)
    for (outcome, driver), true in EFFECTS.items():
        rows = [row for (first, second, _), row in found.items() if (first, second) == (outcome, driver)]
        assert rows and all(abs(row["slope"] - true) < row["high"] - row["low"] for row in rows), (outcome, driver, rows)
        best = next(row for row in rows if row["chosen"])
        assert best["proven"] and best["slope"] == pytest.approx(true, rel=0.4)
    for (outcome, driver), true in OWN.items():
        row = found[outcome, driver, "individual"]
        assert row["slope"] == pytest.approx(true, rel=0.2) and row["proven"] and row["chosen"]


def test_a_driver_is_measured_where_it_has_readings(estimated: Any) -> None:
    found = effects(estimated[0])
    assert found["coverage_signal", "coverage_rate", "mixed"]["level"] == 4
    assert found["hall", "hall_wait", "mixed"]["level"] == 3
    assert found["hotline", "hotline_wait", "panel"]["level"] == 2
    assert found["hotline", "hotline_wait", "panel"]["clusters"] == 4
    assert ("hotline", "hotline_wait", "mixed") not in found  # four cities tell no mixed model
    assert found["mobile_network", "coverage_signal", "individual"]["level"] is None


def test_most_of_what_goes_with_nothing_is_not_proven(estimated: Any) -> None:
    nil = [row for (outcome, driver, _), row in effects(estimated[0], everything=False).items()
           if (outcome, driver) not in EFFECTS and (outcome, driver) not in OWN]  # fmt: skip
    assert len(nil) > 10
    assert sum(row["proven"] for row in nil) <= 0.15 * len(nil)
    assert all(row["kappa"] is None for row in nil if not row["proven"])


def test_an_answer_is_joined_to_the_same_customers_earlier_perception(estimated: Any) -> None:
    """A third of the customers told their perception a week before, in an answer of its own."""
    row = effects(estimated[0])["mobile_network", "coverage_signal", "individual"]
    assert row["n"] > 5_000 * 0.95  # of 6,000; those of the last days of the window's edge aside


def test_own_complaints_are_joined_too(estimated: Any) -> None:
    owner, _ = estimated
    row = effects(owner)["complaint_handling", "complaint_resolution", "individual"]
    assert 1_300 <= row["n"] <= 1_500
    assert 100 * row["slope"] == pytest.approx(20, abs=3)


def test_traits_of_the_answer_are_held(estimated: Any) -> None:
    """Kinder in both by telephone: unheld, the slope would be far above 0.5."""
    row = effects(estimated[0])["mobile_network", "coverage_signal", "individual"]
    assert row["slope"] == pytest.approx(0.5, abs=0.03)


def test_curves_and_shares_are_kept_where_they_mean_something(estimated: Any) -> None:
    found = effects(estimated[0])
    row = found["hall", "hall_wait", "mixed"]
    assert row["kappa"] == pytest.approx((100 - row["base"]) / row["slope"])
    assert row["kappa_low"] < row["kappa"] < row["kappa_high"]
    assert 0 <= row["importance_low"] <= row["importance"] <= row["importance_high"] <= 1
    assert found["coverage_signal", "coverage_rate", "mixed"]["base"] is None  # of no headline outcome: nobody else's reading is told


def test_once_estimated_it_is_no_longer_due_and_may_be_repeated(estimated: Any) -> None:
    owner, done = estimated
    assert not drivers_due(owner)
    before = effects(owner)
    assert estimate_drivers(owner) == done
    again = effects(owner)
    assert again.keys() == before.keys()
    assert all(again[key]["slope"] == pytest.approx(row["slope"]) for key, row in before.items())
    with sql.begin(owner) as connection:
        connection.exec_driver_sql("INSERT INTO publication (data_from, data_to, answers) VALUES ('2025-12-01', '2026-11-29', 1)")
    assert not drivers_due(owner)  # November is not complete
    with sql.begin(owner) as connection:
        connection.exec_driver_sql("INSERT INTO publication (data_from, data_to, answers) VALUES ('2025-12-01', '2026-11-30', 1)")
    assert drivers_due(owner)
    estimate_drivers(owner)
    with sql.begin(owner) as connection:
        spans = connection.execute(sa.text("SELECT DISTINCT first_pub, last_pub FROM driver_effect ORDER BY 1")).all()
        connection.exec_driver_sql("DELETE FROM driver_effect WHERE first_pub = 3")
        connection.exec_driver_sql("UPDATE driver_effect SET last_pub = 2147483647")
        connection.exec_driver_sql("DELETE FROM publication WHERE publication_id > 1")
    assert [tuple(row) for row in spans] == [(1, 3), (3, 2147483647)]


def test_older_months_that_come_later_make_it_due(estimated: Any) -> None:
    owner, _ = estimated
    with sql.begin(owner) as connection:
        connection.exec_driver_sql(
            "INSERT INTO publication (publication_id, data_from, data_to, answers) OVERRIDING SYSTEM VALUE "
            "SELECT 90, CAST(data_from - interval '3 months' AS date), data_to, answers FROM publication WHERE publication_id = 1"
        )
    assert drivers_due(owner)
    with sql.begin(owner) as connection:
        connection.exec_driver_sql("DELETE FROM publication WHERE publication_id = 90")
    assert not drivers_due(owner)


def test_the_schedule_plans_the_job_while_it_is_due_once_an_hour(estimated: Any, tmp_path: Path) -> None:
    owner, _ = estimated
    settings, at = settings_of(tmp_path, owner), datetime(2026, 11, 5, 8, 20, tzinfo=ZoneInfo("Asia/Shanghai"))

    def planned() -> list[Any]:
        return [one for one in waiting(owner, settings, at) if one.job == "drivers"]

    assert planned() == []
    with sql.begin(owner) as connection:
        connection.exec_driver_sql("CREATE TABLE put_by AS SELECT * FROM driver_effect")
        connection.exec_driver_sql("DELETE FROM driver_effect")
    assert [one.planned.hour for one in planned()] == [8] and planned()[0].planned.minute == 0
    with sql.begin(owner) as connection:  # an operator without anything to weigh is not asked again either
        connection.exec_driver_sql(
            "INSERT INTO job_run (job, scheduled_for, state, outcome) VALUES ('drivers', now(), 'done', '{\"publication\": 1, \"last_month\": \"2026-10\"}')"
        )
    assert planned() == []
    with sql.begin(owner) as connection:
        connection.exec_driver_sql("DELETE FROM job_run")
        connection.exec_driver_sql("INSERT INTO driver_effect SELECT * FROM put_by")
        connection.exec_driver_sql("DROP TABLE put_by")


def test_an_empty_store_has_nothing_to_estimate(store: sa.Engine) -> None:
    assert not drivers_due(store)
    assert estimate_drivers(store)["publication"] is None
