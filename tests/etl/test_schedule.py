"""Planned times, catching up once, lateness."""

from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import sql
from etl import runner, schedule
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


def test_a_crontab_line_that_never_comes_true_is_said_not_looked_for_without_end() -> None:
    with pytest.raises(ValueError, match="names no time"):
        planned_before("0 0 30 2 *", AWAKE)
    assert planned_before("0 0 29 2 mon", AWAKE).date().isoformat() == "2016-02-29"


def heard(store: sa.Engine) -> int:
    with sql.begin(store) as connection:
        return len(sql.rows(connection, "dashboard/jobs"))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("fate", ["well", "dead", "hanging"])
def test_a_schedule_without_a_living_worker_does_not_say_it_is_awake(
    store: sa.Engine, fate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(self: Worker, only: int | None = None) -> None:
        if fate == "dead":
            raise SystemExit
        self._looked = 0.0  # since the machine started

    if fate != "well":
        monkeypatch.setattr(Worker, "work", work)
    if fate == "hanging":
        monkeypatch.setattr(runner, "UNHEARD_SECONDS", -1.0)
    real = schedule.start

    def late(*args: Any, **more: Any) -> Any:
        Event().wait(1)  # the workers have begun, or ended
        return real(*args, **more)

    monkeypatch.setattr(schedule, "start", late)
    stop = Event()
    one = Thread(target=run_until, args=(stop, store, {}, lambda _: [], lambda: AWAKE))
    one.start()
    Event().wait(3)
    stop.set()
    one.join(20)
    assert (heard(store) > 0) == (fate == "well")


def test_a_worker_in_a_long_run_is_alive(store: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "UNHEARD_SECONDS", -1.0)
    seen: list[bool] = []
    one = Worker(store, {"load": lambda _: seen.append(one.at_work()) or {}}, [], lambda: AWAKE)
    plan(store, "load", AWAKE)
    one.work()
    assert seen == [True] and not one.at_work()
