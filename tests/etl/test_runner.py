"""A run happens once, in its order, survives its worker, and its ending is a row."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest
import sqlalchemy as sa

import sql
from etl import runner
from etl.runner import MOST_ATTEMPTS, Order, Rule, Worker, ask, plan

WHEN = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
RULES = (Rule("load"), Rule("publish", after=("load",)), Rule("detect", needs=("publish",)))


def worker(store: sa.Engine, **works: runner.Work) -> Worker:
    return Worker(store, works, RULES, lambda: WHEN)


def runs(store: sa.Engine, job: str | None = None) -> list[dict[str, Any]]:
    with sql.begin(store) as connection:
        return sql.rows(connection, "etl/list_job_runs", job=job, most=99)


def incidents(store: sa.Engine) -> list[dict[str, Any]]:
    with sql.begin(store) as connection:
        return sql.rows(connection, "etl/list_incidents", most=99)


def nothing(_: Order) -> Mapping[str, Any]:
    return {}


def fails(_: Order) -> Mapping[str, Any]:
    raise ValueError("the file is not there")


def states(store: sa.Engine) -> dict[str, str]:
    return {run["job"]: run["state"] for run in runs(store)}


def test_eight_workers_one_run(store: sa.Engine) -> None:
    together, done = Barrier(8), []
    plan(store, "load", WHEN)

    def claim(_: int) -> object:
        together.wait()
        return worker(store, load=lambda order: {"turn": done.append(1)}).work()

    with ThreadPoolExecutor(8) as pool:
        ended = [run for run in pool.map(claim, range(8)) if run]
    assert (len(ended), done) == (1, [1])


def test_a_planned_time_is_one_row_whoever_plans_it(store: sa.Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [number for number in pool.map(lambda _: plan(store, "load", WHEN), range(8)) if number]
    assert len(made) == 1


def test_runs_that_nobody_does_do_not_pile_up(store: sa.Engine) -> None:
    planned = [plan(store, "load", WHEN + timedelta(minutes=minute)) for minute in range(5)]
    assert [number is None for number in planned] == [False, True, True, True, True]


def test_a_failure_is_written_down_and_opens_an_incident_which_success_closes(store: sa.Engine) -> None:
    for minute in range(2):
        plan(store, "load", WHEN + timedelta(minutes=minute))
        worker(store, load=fails).work()
    said = "program failed (ValueError): the file is not there"
    assert [(run["state"], run["error_en"]) for run in runs(store)] == [("failed", f"the {said}")] * 2
    assert {run["error_zh"] for run in runs(store)} == {"程序出错（ValueError），原文：the file is not there"}
    [open_one] = incidents(store)
    assert (open_one["subject"], open_one["times"], open_one["closed_at"]) == ("load", 2, None)
    assert "the file is not there" in open_one["said_zh"] and "the file is not there" in open_one["said_en"]
    plan(store, "load", WHEN + timedelta(minutes=9))
    worker(store, load=nothing).work()
    assert [one["closed_at"] for one in incidents(store)] == [WHEN]


def test_a_run_waits_for_what_it_comes_after(store: sa.Engine) -> None:
    plan(store, "publish", WHEN)
    plan(store, "load:survey", WHEN, rank=2)
    plan(store, "load:areas", WHEN, rank=0)
    plan(store, "load:later", WHEN + timedelta(minutes=1))
    order = []
    one = worker(store, load=lambda run: order.append(run.job) or {}, publish=lambda run: order.append(run.job) or {})
    while one.work():
        pass
    assert order == ["load:areas", "load:survey", "publish", "load:later"]


def test_a_run_under_way_is_waited_for_and_another_job_is_not(store: sa.Engine) -> None:
    begun, go = Event(), Event()

    def slow(_: Order) -> Mapping[str, Any]:
        begun.set()
        go.wait(20)
        return {}

    plan(store, "load:a", WHEN)
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(worker(store, load=slow).work)
        begun.wait(20)
        plan(store, "load:b", WHEN)
        plan(store, "load:of-lower-rank", WHEN, rank=1)
        plan(store, "publish", WHEN)
        other = worker(store, load=nothing, publish=nothing)
        assert [getattr(other.work(), "job", None) for _ in range(2)] == ["load:b", None]
        go.set()
        assert under_way.result().state == "done"
    assert [other.work().job for _ in range(2)] == ["load:of-lower-rank", "publish"]


@pytest.mark.parametrize(("published", "then"), [(nothing, "done"), (fails, "skipped")])
def test_what_needs_a_failed_job_is_held_back(store: sa.Engine, published: runner.Work, then: str) -> None:
    plan(store, "publish", WHEN)
    plan(store, "detect", WHEN)
    one = worker(store, publish=published, detect=nothing)
    while one.work():
        pass
    assert states(store)["detect"] == then
    if then == "skipped":
        assert runs(store, "detect")[0]["error_en"].startswith("the job it needs failed: publish (")
        assert runs(store, "detect")[0]["error_zh"].startswith("所需的任务 publish 失败：程序出错")


def test_a_person_overrides_what_is_merely_planned(store: sa.Engine) -> None:
    plan(store, "load:a", WHEN)
    asked = ask(store, "publish", WHEN + timedelta(seconds=1), "li")
    assert worker(store, publish=nothing).work() is None, "the schedule keeps the order"
    ended = worker(store, publish=nothing).work(only=asked)
    assert ended is not None and ended.state == "done"
    assert runs(store, "publish")[0]["asked_by"] == "li"


def test_a_paused_job_is_not_planned_but_may_be_asked_for(store: sa.Engine) -> None:
    with sql.begin(store) as connection:
        sql.execute(connection, "etl/job_pause", job="load", by="li")
    assert plan(store, "load", WHEN) is None
    assert ask(store, "load", WHEN, "li")


def abandon(store: sa.Engine) -> None:
    """A worker takes the run and its connection is cut, as when its process is killed."""
    one = worker(store, load=nothing)
    held = store.connect()
    claimed = one._claim(held, None)
    assert claimed is not None and claimed["state"] == "running"
    held.connection.driver_connection.close()
    held.invalidate()
    held.close()


def test_a_run_whose_worker_died_begins_again_and_at_last_fails(store: sa.Engine) -> None:
    plan(store, "load", WHEN)
    for attempt in range(1, MOST_ATTEMPTS):
        abandon(store)
        [run] = runs(store)
        assert (run["state"], run["attempt"]) == ("running", attempt)
    assert worker(store, load=nothing).work().state == "done"
    assert runs(store)[0]["attempt"] == MOST_ATTEMPTS
    assert [one["times"] for one in incidents(store)] == [MOST_ATTEMPTS - 1]
    plan(store, "load", WHEN + timedelta(minutes=1))
    for _ in range(MOST_ATTEMPTS):
        abandon(store)
    assert worker(store, load=nothing).work() is None
    assert (runs(store)[0]["state"], runs(store)[0]["error_en"]) == ("failed", f"interrupted in attempt {MOST_ATTEMPTS}")
    assert runs(store)[0]["error_zh"] == f"第 {MOST_ATTEMPTS} 次运行被中断"


def test_a_living_worker_keeps_its_run(store: sa.Engine) -> None:
    plan(store, "load", WHEN)
    found: list[object] = []

    def looks(_: Order) -> Mapping[str, Any]:
        found.append(worker(store, load=nothing).work())
        found.append(states(store)["load"])
        return {}

    assert worker(store, load=looks).work().state == "done"
    assert found == [None, "running"] and runs(store)[0]["attempt"] == 1


def test_locks_are_given_back(store: sa.Engine) -> None:
    plan(store, "load", WHEN)
    worker(store, load=nothing).work()
    with store.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) == 0


def test_how_far_a_run_has_come_is_told(store: sa.Engine) -> None:
    seen = []

    def tells(order: Order) -> Mapping[str, Any]:
        order.tell(1, 4, "half way")
        seen.extend((run["done"], run["steps"], run["step"]) for run in runs(store))
        return {}

    plan(store, "load", WHEN)
    worker(store, load=tells).work()
    assert seen == [(1, 4, "half way")]


def test_who_was_overtaken_neither_opens_nor_closes_an_incident(store: sa.Engine) -> None:
    """Another worker has the run in its next attempt: what the first says of it counts no more."""

    def overtaken(fails: bool) -> runner.Work:
        def work(order: Order) -> Mapping[str, Any]:
            with store.begin() as connection:
                connection.execute(sa.text("UPDATE job_run SET attempt = attempt + 1 WHERE run_id = :id"), {"id": order.run_id})
            if fails:
                raise ValueError("too late to say")
            return {}

        return work

    plan(store, "load", WHEN)
    worker(store, load=overtaken(True)).work()
    assert incidents(store) == [] and runs(store)[0]["state"] == "running"
    plan(store, "publish", WHEN)
    with sql.begin(store) as connection:
        sql.execute(connection, "etl/incident_seen", kind="job", subject="publish", said_zh="坏", said_en="bad", now=WHEN)
    worker(store, publish=overtaken(False)).work()
    assert {one["subject"]: one["closed_at"] for one in incidents(store)} == {"publish": None, "load": None}


def test_a_run_asked_for_five_times_waits_once(store: sa.Engine) -> None:
    asked = [ask(store, "publish", WHEN + timedelta(seconds=second), "li") for second in range(5)]
    assert len(set(asked)) == 1 and len(runs(store)) == 1
    assert ask(store, "check", WHEN, "li", upload=1) != ask(store, "check", WHEN + timedelta(seconds=1), "li", upload=2)
    worker(store, publish=nothing).work(only=asked[0])
    assert ask(store, "publish", WHEN + timedelta(seconds=9), "li") not in asked, "what began is not what is asked for now"


def test_eight_who_ask_at_once_get_one_run(store: sa.Engine) -> None:
    together = Barrier(8)

    def press(second: int) -> int:
        together.wait()
        return ask(store, "publish", WHEN + timedelta(seconds=second), f"li{second}")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(press, range(8)))) == 1


def test_an_asked_run_put_back_stands_beside_a_new_one(store: sa.Engine) -> None:
    first = ask(store, "load", WHEN, "li")
    abandon(store)
    second = ask(store, "load", WHEN + timedelta(seconds=1), "li")
    assert first != second
    one = worker(store, load=nothing)
    assert [one.work().run_id for _ in range(2)] == [first, second]


class Source(Exception):
    reason_zh, reason_en = "源不可读", "the source cannot be read"


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [(Source(), "源不可读", "the source cannot be read"),
     (OSError(28, "No space left"), "文件或网络操作没有完成", "a file or the network failed"),
     (KeyError("x"), "程序出错（KeyError）", "the program failed (KeyError)"),
     (sa.exc.DataError("select", {}, Exception("bad value\nDETAIL:  Failing row contains (13800000001)")), "数据库没有完成操作，原文：bad value",
      "the database could not do it: bad value")],
)  # fmt: skip
def test_an_error_is_told_in_both_languages_and_quotes_no_row(store: sa.Engine, error: Exception, zh: str, en: str) -> None:
    def broken(_: Order) -> Mapping[str, Any]:
        raise error

    plan(store, "load", WHEN)
    worker(store, load=broken).work()
    [run], [incident] = runs(store), incidents(store)
    assert run["error_zh"].startswith(zh) and run["error_en"].startswith(en)
    assert incident["said_zh"] == f"运行失败：{run['error_zh']}" and incident["said_en"] == f"failed: {run['error_en']}"
    assert "13800000001" not in str(run) + str(incident)
