"""Runs of jobs as rows: planned or asked for, claimed by one worker, done, and their ending written down.

A worker holds a session lock of the database on the job while it works, so a job never runs twice at once, and a run whose
worker died is known by its lock being free: it waits again, at most :data:`MOST_ATTEMPTS` times. What fails opens an
incident; the next success of that job closes it.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.failure import Failure, told

MOST_ATTEMPTS = 3
MOST_ASKING = 3  # times; another may make or begin the same run at this very moment
UNHEARD_SECONDS = 90.0  # a worker that looked for no run for so long counts for nobody
TELL_SECONDS = 0.5  # between two words on how far a run has come
CLAIMS = "manyi claims"  # whoever looks for a run to begin, looks alone

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Rule:
    """What a job's runs wait for: ``after`` those jobs' earlier runs have ended, ``needs`` them to have ended well."""

    name: str
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def waits_for(self) -> tuple[str, ...]:
        return self.after + self.needs


@dataclass(frozen=True)
class Order:
    """A run to be done, as its work sees it: what it is about, who asked with which words, when it was planned for."""

    target: sa.Engine
    run_id: int
    job: str
    scheduled_for: datetime
    now: datetime
    asked_by: str | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    tell: Callable[[int, int, str], None] = lambda done, steps, step: None
    began: float = field(default_factory=time.monotonic)

    def moment(self) -> datetime:
        """What the worker's clock shows now, a while after the work began."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    @property
    def subject(self) -> str:
        """What comes after the job's name: ``demo_survey`` of ``load:demo_survey``."""
        return self.job.partition(":")[2]


Work = Callable[[Order], Mapping[str, Any]]


@dataclass(frozen=True)
class Run:
    """How a run ended; ``state`` is ``done``, ``failed`` or ``skipped``."""

    run_id: int
    job: str
    scheduled_for: datetime
    state: str
    outcome: Mapping[str, Any]
    error: Failure | None = None


def kind_of(job: str) -> str:
    """The job's name without its subject."""
    return job.partition(":")[0]


def plan(target: sa.Engine, job: str, scheduled_for: datetime, *, late: bool = False, rank: int = 0) -> int | None:
    """Make the planned run; ``None`` when it is there, the job is paused, or a run of it waits anyway."""
    with sql.begin(target) as connection:
        row = sql.one(connection, "etl/job_plan", job=job, scheduled_for=scheduled_for, late=late, rank=rank)
    return row["run_id"] if row else None


def ask(target: sa.Engine, job: str, when: datetime, by: str, **asked: Any) -> int:
    """Make a run that a person asks for, or find the one that waits with just these words; its number.

    :class:`ValueError` when one of just this moment is there.
    """
    for _ in range(MOST_ASKING):
        with sql.begin(target) as connection:
            row = sql.one(connection, "etl/job_ask", job=job, scheduled_for=when, asked_by=by, asked=json.dumps(asked))
        if row is not None:
            return int(row["run_id"])
    raise ValueError(f"a run of {job} at {when.isoformat()} is there already")


class Worker:
    """Takes one run after the other and does it. ``works`` and ``rules`` go by the job's name without its subject."""

    def __init__(self, target: sa.Engine, works: Mapping[str, Work], rules: Sequence[Rule], clock: Clock):
        self.target, self.works, self.clock = target, works, clock
        self.rules = {rule.name: rule for rule in rules}
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._looked, self._doing = time.monotonic(), False

    def at_work(self) -> bool:
        """Whether a run is being done, or one was looked for a moment ago: not so where the store stays away or a look hangs."""
        return self._doing or time.monotonic() - self._looked < UNHEARD_SECONDS

    def work(self, only: int | None = None) -> Run | None:
        """Do the next run that may begin; ``None`` when there is none.

        ``only`` this one, which then waits for what is under way and for nothing that is merely planned.
        """
        with self.target.connect() as held:
            try:
                claimed = self._claim(held, only)
                self._looked = time.monotonic()
                return self._do(claimed) if claimed and claimed["state"] == "running" else _skipped(claimed)
            finally:
                _let_go(held)

    def _claim(self, held: sa.Connection, only: int | None) -> dict[str, Any] | None:
        """Put back what dead workers left, then take the first run that may begin; its job's lock stays with ``held``."""
        with held.begin():
            held.execute(sa.text("SET idle_session_timeout = 0"))  # the lock must outlive hours of work
            held.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": CLAIMS})
            self._put_back(held)
            opened = sql.rows(held, "etl/job_open")
            before = opened if only is None else [run for run in opened if run["state"] == "running"]
            for run in opened:
                if run["state"] != "due" or only not in (None, run["run_id"]) or kind_of(run["job"]) not in self.works:
                    continue
                if self._must_wait(run, before) or not _lock(held, run["job"]):
                    continue
                return self._begin(held, run, forced=only is not None)
        return None

    def _begin(self, held: sa.Connection, run: dict[str, Any], *, forced: bool) -> dict[str, Any]:
        failed = None if forced else self._failed_need(held, run)
        if failed:
            error = Failure("Skipped", f"所需的任务 {failed['job']} 失败：{failed['error_zh']}",
                            f"the job it needs failed: {failed['job']} ({failed['error_en']})")  # fmt: skip
            self._end(held, run["run_id"], run["attempt"], "skipped", {}, error)
            return {**run, "state": "skipped", "error": error}
        row = sql.one(held, "etl/job_begin", run_id=run["run_id"], worker=self.name, now=self.clock())
        assert row is not None  # noqa: S101  nobody else looks while we do
        return {**run, "state": "running", "attempt": row["attempt"]}

    def _must_wait(self, run: dict[str, Any], before: Sequence[Mapping[str, Any]]) -> bool:
        """Whether a run it has to come after is still to end."""
        rule = self.rules.get(kind_of(run["job"]), Rule(""))
        for other in before:
            if other["run_id"] == run["run_id"] or other["scheduled_for"] > run["scheduled_for"]:
                continue
            kind = kind_of(other["job"])
            if kind in rule.waits_for or (kind == kind_of(run["job"]) and other["rank"] < run["rank"]):
                return True
        return False

    def _failed_need(self, held: sa.Connection, run: dict[str, Any]) -> dict[str, Any] | None:
        for job in self.rules.get(kind_of(run["job"]), Rule("")).needs:
            last = sql.one(held, "etl/job_last_ended", job=job, until=run["scheduled_for"])
            if last and last["state"] == "failed":
                return last
        return None

    def _put_back(self, held: sa.Connection) -> None:
        for run in sql.rows(held, "etl/job_open"):
            if run["state"] != "running" or not _lock(held, run["job"]):
                continue
            zh, en = f"第 {run['attempt']} 次运行被中断", f"interrupted in attempt {run['attempt']}"
            if run["attempt"] < MOST_ATTEMPTS:
                sql.execute(held, "etl/job_again", run_id=run["run_id"])
                self._incident(held, run["job"], f"{zh}，将重新运行", f"{en}; it begins again")
            else:
                self._end(held, run["run_id"], run["attempt"], "failed", {}, Failure("Interrupted", zh, en))
                self._incident(held, run["job"], f"{zh}，不再重试", f"{en}; it is not tried again")
            _unlock(held, run["job"])

    def _do(self, run: dict[str, Any]) -> Run:
        order = Order(self.target, run["run_id"], run["job"], run["scheduled_for"], self.clock(), run["asked_by"], run["asked"],
                      self._teller(run))  # fmt: skip
        state, outcome = "done", dict[str, Any]()
        error: Failure | None = None
        self._doing = True
        try:
            outcome = dict(self.works[kind_of(run["job"])](order))
        except Exception as failure:  # whatever stopped it must be seen in the history
            state, error = "failed", told(failure)
        finally:
            self._doing, self._looked = False, time.monotonic()
        with sql.begin(self.target) as connection:
            ours = self._end(connection, run["run_id"], run["attempt"], state, outcome, error)
            if ours and error:
                self._incident(connection, run["job"], f"运行失败：{error.zh}", f"failed: {error.en}")
            elif ours:  # else another has the run meanwhile: its ending counts, not ours
                sql.execute(connection, "etl/incident_over", kind="job", subject=run["job"], now=self.clock())
        return Run(run["run_id"], run["job"], run["scheduled_for"], state, outcome, error)

    def _end(
        self, connection: sa.Connection, run_id: int, attempt: int, state: str, outcome: Mapping[str, Any],
        error: Failure | None,
    ) -> bool:
        """Write down how an attempt ended; whether it was still that attempt's to say."""
        said = {"error_kind": error.kind, "error_zh": error.zh, "error_en": error.en} if error else _NO_ERROR
        return bool(sql.execute(
            connection, "etl/job_end", run_id=run_id, attempt=attempt, state=state, now=self.clock(),
            outcome=json.dumps(outcome, default=str, ensure_ascii=False), **said,
        ))  # fmt: skip

    def _incident(self, connection: sa.Connection, job: str, zh: str, en: str) -> None:
        sql.execute(connection, "etl/incident_seen", kind="job", subject=job, said_zh=zh, said_en=en, now=self.clock())

    def _teller(self, run: dict[str, Any]) -> Callable[[int, int, str], None]:
        told = [0.0]

        def tell(done: int, steps: int, step: str) -> None:
            if time.monotonic() - told[0] < TELL_SECONDS and (done < steps or not steps):
                return
            told[0] = time.monotonic()
            with sql.begin(self.target) as connection:
                sql.execute(connection, "etl/job_step", run_id=run["run_id"], attempt=run["attempt"], done=done, steps=steps,
                            step=step)  # fmt: skip

        return tell


_NO_ERROR = {"error_kind": None, "error_zh": None, "error_en": None}


def _skipped(run: dict[str, Any] | None) -> Run | None:
    return Run(run["run_id"], run["job"], run["scheduled_for"], "skipped", {}, run["error"]) if run else None


def _lock(connection: sa.Connection, job: str) -> bool:
    return bool(connection.scalar(sa.text("SELECT pg_try_advisory_lock(hashtextextended(:job, 1))"), {"job": job}))


def _unlock(connection: sa.Connection, job: str) -> None:
    connection.execute(sa.text("SELECT pg_advisory_unlock(hashtextextended(:job, 1))"), {"job": job})


def _let_go(held: sa.Connection) -> None:
    """Give the locks back; a connection that broke took them with it."""
    try:
        with held.begin():
            held.execute(sa.text("SELECT pg_advisory_unlock_all()"))
            held.execute(sa.text("RESET idle_session_timeout"))
    except (sa.exc.DBAPIError, sa.exc.InvalidRequestError):
        held.invalidate()
