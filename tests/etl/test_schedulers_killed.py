"""Two schedulers with four workers between them, killed twenty times: each run is done once, one at a time a job."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from typing import Any

import pandas as pd
import sqlalchemy as sa

import sql
from etl import schedule
from etl.runner import MOST_ATTEMPTS, Order, ask, plan
from tests.etl.installation import open_runs

KILLS = 20
BETWEEN = 0.4  # seconds from one kill to the next
JOBS = ("load:a", "load:b", "load:c", "publish")


def now() -> datetime:
    return datetime.now().astimezone()


def effect(order: Order) -> Mapping[str, Any]:
    """Leave a trace at the beginning and at the end."""
    with sql.begin(order.target) as connection:
        traced = connection.scalar(
            sa.text("INSERT INTO trace (run_id, job, pid) VALUES (:run_id, :job, :pid) RETURNING trace_id"),
            {"run_id": order.run_id, "job": order.job, "pid": os.getpid()},
        )
    time.sleep(random.uniform(0.01, 0.15))  # noqa: S311
    with sql.begin(order.target) as connection:
        connection.execute(sa.text("UPDATE trace SET ended = clock_timestamp() WHERE trace_id = :id"), {"id": traced})
    return {}


def run_scheduler(url: str) -> None:
    """A scheduler process as ``manyi schedule`` runs it."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    schedule.run_until(stop, sql.engine(url), {"load": effect, "publish": effect}, lambda _: (), now)


def scheduler(url: str) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    started = context.Process(target=run_scheduler, args=(url,))
    started.start()
    return started


def wish(store: sa.Engine, stop: threading.Event, asked: set[int]) -> None:
    """Four web workers ask and both schedulers plan the same times; the runs that came of the asking: one that waits is enough."""
    count = 0
    while not stop.is_set():
        moment = now()
        for job in JOBS:
            count += 1
            asked.add(ask(store, job, moment + timedelta(microseconds=count), f"web {count % 4}"))
            plan(store, job, moment)
            plan(store, job, moment)
        stop.wait(BETWEEN * 2)


def test_killed_twenty_times(store: sa.Engine) -> None:
    url = store.url.render_as_string(hide_password=False)
    with sql.begin(store) as connection:
        connection.exec_driver_sql("""CREATE TABLE trace (trace_id integer GENERATED ALWAYS AS IDENTITY, run_id bigint, job text,
            pid integer, began timestamptz DEFAULT clock_timestamp(), ended timestamptz)""")  # fmt: skip
    chance, stop, asked = random.Random(7), threading.Event(), set[int]()  # noqa: S311
    both = [scheduler(url) for _ in range(2)]
    asking = threading.Thread(target=wish, args=(store, stop, asked))
    asking.start()
    killed: dict[int, float] = {}
    try:
        for _ in range(KILLS):
            time.sleep(BETWEEN)
            victim = chance.randrange(2)
            both[victim].kill()
            both[victim].join(30)
            killed[both[victim].pid or 0] = time.time()
            both[victim] = scheduler(url)
        stop.set()
        asking.join()
        deadline = time.monotonic() + 120
        while open_runs(store) and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        stop.set()
        for one in both:
            one.terminate()
            one.join(60)
    _judge(store, asked, killed)


def _judge(store: sa.Engine, asked: set[int], killed: dict[int, float]) -> None:
    with store.connect() as connection:
        runs = pd.read_sql("SELECT run_id, job, state, attempt, asked_by, scheduled_for FROM job_run", connection)
        trace = pd.read_sql("SELECT * FROM trace ORDER BY job, began", connection)
    assert set(runs.loc[runs["asked_by"].notna(), "run_id"]) == asked and len(asked) > KILLS // 2
    assert not runs.duplicated(["job", "scheduled_for"]).any()
    given_up = runs[runs["state"] == "failed"]
    assert set(runs["state"]) <= {"done", "failed"} and (given_up["attempt"] == MOST_ATTEMPTS).all()
    assert runs["attempt"].max() > 1, "some kills fell into a run"
    ended = trace.dropna(subset="ended")
    times = ended.groupby("run_id").size()
    again = runs.set_index("run_id")["attempt"]
    assert set(times.index) >= set(runs[runs["state"] == "done"]["run_id"])
    assert (times[again[times.index] == 1] == 1).all(), "what nobody killed was done once"
    for _, one in trace.groupby("job"):
        ends = [row.ended.timestamp() if pd.notna(row.ended) else killed[row.pid] for row in one.itertuples()]
        begins = [row.began.timestamp() for row in one.itertuples()]
        assert all(begin >= end - 0.001 for begin, end in zip(begins[1:], ends, strict=False)), "a job ran twice at once"
