"""Two schedulers with four workers between them, killed twenty times: each run is done once, one at a time a job."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from multiprocessing.process import BaseProcess
from typing import Any

import pandas as pd
import sqlalchemy as sa

import sql
from etl import schedule
from etl.runner import MOST_ATTEMPTS, Order, ask, plan
from tests.etl.installation import open_runs

KILLS = 20
BETWEEN = 0.4  # seconds from one kill to the next, at most
BEGIN_SECONDS = 10  # a crowded machine may take so long until a scheduler begun anew works
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
    works = {job.name: effect for job in schedule.JOBS}  # the clock may plan others meanwhile
    schedule.run_until(stop, sql.engine(url), works, lambda _: (), now)


def scheduler(url: str) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    started = context.Process(target=run_scheduler, args=(url,))
    started.start()
    return started


class Wishes:
    """Two schedulers plan the same times and four web workers ask; ``asked``: the run each asking found, and when it asked."""

    def __init__(self, store: sa.Engine) -> None:
        self.store, self.asked, self.planned = store, list[tuple[int, float]](), set[int]()
        self.times: dict[str, datetime] = {}  # planned last

    def round(self) -> None:
        moment = now()
        for web, job in enumerate(JOBS):
            self._planned_once(job)
            made = plan(self.store, job, moment)
            if made is not None:  # none of the job waited
                self.planned.add(made)
                self.times[job] = moment
                self._planned_once(job)
            asking = now()
            self.asked.append((ask(self.store, job, asking, f"web {web}"), asking.timestamp()))

    def _planned_once(self, job: str) -> None:
        if job in self.times:
            assert plan(self.store, job, self.times[job]) is None, "whether its run waits, is under way or has ended"


def _until_one_more_begins(store: sa.Engine) -> None:
    """Kills that only ever met schedulers still starting would show nothing."""

    def begun() -> int:
        with store.connect() as connection:
            return int(connection.scalar(sa.text("SELECT count(*) FROM trace")))

    before, deadline = begun(), time.monotonic() + BEGIN_SECONDS
    while begun() == before and time.monotonic() < deadline:
        time.sleep(0.02)


def test_killed_twenty_times(store: sa.Engine) -> None:
    url = store.url.render_as_string(hide_password=False)
    with sql.begin(store) as connection:
        connection.exec_driver_sql("""CREATE TABLE trace (trace_id integer GENERATED ALWAYS AS IDENTITY, run_id bigint, job text,
            pid integer, began timestamptz DEFAULT clock_timestamp(), ended timestamptz)""")  # fmt: skip
    chance, wishes = random.Random(7), Wishes(store)  # noqa: S311
    both = [scheduler(url) for _ in range(2)]
    killed: dict[int, float] = {}
    try:
        for _ in range(KILLS):
            wishes.round()
            _until_one_more_begins(store)
            time.sleep(chance.uniform(0, BETWEEN))
            victim = chance.randrange(2)
            both[victim].kill()
            both[victim].join(30)
            killed[both[victim].pid or 0] = time.time()
            both[victim] = scheduler(url)
        deadline = time.monotonic() + 120
        while open_runs(store) and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        for one in both:
            one.terminate()
            one.join(60)
    assert len(killed) == KILLS
    _judge(store, wishes, killed)


def _judge(store: sa.Engine, wishes: Wishes, killed: dict[int, float]) -> None:
    with store.connect() as connection:
        runs = pd.read_sql("SELECT run_id, job, state, attempt, asked_by, scheduled_for FROM job_run", connection)
        trace = pd.read_sql("SELECT * FROM trace ORDER BY job, began", connection)
    wished = set(runs.loc[runs["asked_by"].notna(), "run_id"])
    assert wished == {run for run, _ in wishes.asked} and wishes.planned <= set(runs["run_id"]) - wished
    begun = trace.groupby("run_id")["began"].min().map(pd.Timestamp.timestamp).to_dict()
    assert all(begun[run] >= moment for run, moment in wishes.asked if run in begun), "what was asked for was begun after the asking"
    assert not runs.duplicated(["job", "scheduled_for"]).any()
    interrupted = (runs["attempt"] - 1).sum()
    assert 0 < interrupted <= KILLS * schedule.WORKERS, "some kills fell into a run, each into a run a worker at most"
    given_up = runs[runs["state"] == "failed"]
    assert set(runs["state"]) <= {"done", "failed"} and (given_up["attempt"] == MOST_ATTEMPTS).all()
    ended = trace.dropna(subset="ended")
    times = ended.groupby("run_id").size()
    again = runs.set_index("run_id")["attempt"]
    assert (trace.groupby("run_id").size().sub(again, fill_value=0) <= 0).all(), "done no oftener than begun"
    assert set(times.index) >= set(runs[runs["state"] == "done"]["run_id"])
    assert (times[again[times.index] == 1] == 1).all(), "what nobody killed was done once"
    for _, one in trace.groupby("job"):
        ends = [row.ended.timestamp() if pd.notna(row.ended) else killed[row.pid] for row in one.itertuples()]
        begins = [row.began.timestamp() for row in one.itertuples()]
        assert all(begin >= end - 0.001 for begin, end in zip(begins[1:], ends, strict=False)), "a job ran twice at once"
