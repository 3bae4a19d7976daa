"""Planned times, catching up once, lateness."""

from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import sql
from etl.runner import Order, Worker, plan
from etl.schedule import JOBS, TIME_ZONE, Job, Waiting, catch_up, fire, planned_before, run_until, watch

ZONE = ZoneInfo(TIME_ZONE)
AWAKE = datetime(2026, 11, 5, 9, 0, tzinfo=ZONE)
CASES = """
cron          now                planned
*/5 * * * *   2026-11-02T06:04   2026-11-02T06:00
*/5 * * * *   2026-11-02T06:05   2026-11-02T06:05
20 3 * * *    2026-11-02T03:19   2026-11-01T03:20
0 8 * * mon   2026-11-08T23:00   2026-11-02T08:00
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines()[1:])
def test_the_latest_planned_time(line: str) -> None:
    *cron, now, planned = line.split()
    job = Job("j", "", "", " ".join(cron))
    assert planned_before(job.cron, datetime.fromisoformat(now).replace(tzinfo=ZONE)) == datetime.fromisoformat(planned).replace(tzinfo=ZONE)


def runs(store: sa.Engine, job: str) -> list[dict[str, Any]]:
    with sql.begin(store) as connection:
        return sql.rows(connection, "etl/list_job_runs", job=job, most=9)


def test_three_days_asleep_is_one_late_run(store: sa.Engine) -> None:
    job = Job("nightly", "", "", "20 3 * * *")
    worker = Worker(store, {"nightly": lambda _: {}}, [job.rule], lambda: AWAKE)
    fire(store, job, AWAKE - timedelta(days=4))
    assert worker.work() is not None
    for _ in range(2):
        catch_up(store, [job], AWAKE)
        catch_up(store, [job], AWAKE)
        worker.work()
    assert [(row["late"], row["scheduled_for"].astimezone(ZONE).isoformat()[:16]) for row in runs(store, "nightly")] == [
        (True, "2026-11-05T03:20"), (True, "2026-11-01T03:20")]  # fmt: skip


def test_a_job_that_never_ran_has_missed_nothing(store: sa.Engine) -> None:
    catch_up(store, [Job("weekly", "", "", "0 8 * * mon")], AWAKE)
    assert runs(store, "weekly") == []


def test_what_waits_is_planned_each_minute_once(store: sa.Engine) -> None:
    for _ in range(2):
        watch(store, lambda _: [Waiting("load:a", 0), Waiting("load:b", 2)], AWAKE.replace(second=17))
    assert [(row["job"], row["scheduled_for"]) for row in runs(store, "load")] == [("load:b", AWAKE), ("load:a", AWAKE)]


def test_jobs_wait_only_for_jobs_there_are() -> None:
    names = {job.name for job in JOBS}
    for job in JOBS:
        assert names.issuperset(job.rule.waits_for)


def test_two_schedulers_with_two_workers_each_run_everything_once(store: sa.Engine) -> None:
    """The real thing for a few seconds: each minute's file load and each publication by whoever is first."""
    done: list[str] = []
    lock, stop = Lock(), Event()

    def work(order: Order) -> dict[str, Any]:
        with lock:
            done.append(f"{order.job} {order.scheduled_for.isoformat()}")
        return {}

    def now() -> datetime:
        return datetime.now().astimezone()

    works = {"load": work, "publish": work, "overdue": work, "housekeeping": work}
    moments = [now() + timedelta(seconds=second) for second in range(12)]
    both = [Thread(target=run_until, args=(stop, store, works, lambda _: [Waiting("load:a")], now)) for _ in range(2)]
    for one in both:
        one.start()
    for moment in moments:
        for _ in range(2):
            plan(store, "publish", moment)
        Event().wait(0.2)
    Event().wait(2)
    stop.set()
    for one in both:
        one.join(30)
    assert sorted(done) == sorted(set(done)) and len(done) >= 2
    with sql.begin(store) as connection:
        assert {row["state"] for row in sql.rows(connection, "etl/list_job_runs", job=None, most=99)} <= {"done", "due"}


def test_every_job_has_a_readable_plan_in_both_languages() -> None:
    for job in JOBS:
        assert not job.cron or planned_before(job.cron, datetime(2026, 11, 2, 6, 0, tzinfo=ZONE))
        assert job.title_zh
        assert job.title_en
