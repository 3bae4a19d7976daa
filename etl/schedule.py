"""All jobs on one screen, and the process that fires them.

APScheduler only wakes us. What is to be done are rows (:mod:`etl.runner`): planned once a time whoever wakes, begun in
the order their rules ask for, by as many workers as there are. A run that should have been while nobody was awake is
caught up once and marked late.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

import sql
from etl.runner import Clock, Rule, Run, Work, Worker, plan

TIME_ZONE = "Asia/Shanghai"
MISFIRE_GRACE = timedelta(hours=24)  # APScheduler's own default of one second would drop a late weekly job
FURTHEST_BACK = timedelta(days=366 * 40)  # the 29th of February on one weekday comes back after 40 years at most
LATE_AFTER = timedelta(minutes=2)
WORKERS = 2  # of one scheduler: a load and a publication side by side
LOOK_SECONDS = 1.0  # between two looks for a run to begin
WATCH = "* * * * *"  # how often arrived files are looked for


@dataclass(frozen=True)
class Job:
    """One job: its name, what it does for people, when it is planned (cron, in :data:`TIME_ZONE`; empty: when there is
    something to do), what it runs after, and whose failure holds it back. ``takes_feed``: it runs for one feed each;
    ``asked_only``: it works on what a person gives, and nothing plans it."""

    name: str
    title_zh: str
    title_en: str
    cron: str = ""
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    takes_feed: bool = False
    asked_only: bool = False

    @property
    def rule(self) -> Rule:
        return Rule(self.name, self.after, self.needs)


JOBS = (
    Job("load", "装载数据源", "Load feeds", takes_feed=True),
    Job("check", "试读上传的文件", "Dry run of an uploaded file", asked_only=True),
    Job("load-upload", "装载上传的文件", "Load an uploaded file", asked_only=True),
    Job("publish", "汇总、检查并发布", "Roll up, check and publish", "7,37 * * * *", after=("load", "load-upload")),
    Job("drivers", "估计驱动关系", "Estimate drivers", after=("publish",)),
    Job("forecast", "预测期末值", "Forecast period ends", after=("publish",)),
    Job("detect", "查找预警", "Look for alerts", after=("publish", "forecast", "attain")),
    Job("attain", "判定目标达成", "Judge attainment of targets", after=("publish", "forecast")),
    Job("propose", "编制目标方案", "Propose target plans", after=("publish", "drivers"), asked_only=True),
    Job("predict", "预测可能不满意客户", "Predict dissatisfied customers", "40 4 * * *", after=("publish",)),
    Job("try-rule", "试用预警规则", "Try a rule of alerts", asked_only=True),
    Job("notify", "生成预警通知", "Tell of alerts", "20 * * * *", after=("publish",)),
    Job("deliver", "发送通知", "Deliver letters"),
    Job("reports", "生成周报", "Weekly reports", "30 7 * * mon", after=("load", "publish", "forecast", "attain", "detect")),
    Job("reports-month", "生成月报", "Monthly reports", "30 7 2 * *", after=("load", "publish", "forecast", "attain", "detect")),
    Job("report", "按需生成报告", "A report somebody asked for", asked_only=True),
    Job("overdue", "检查数据源是否迟到", "Look for overdue feeds", "15 * * * *", after=("load",)),
    Job("housekeeping", "预建分区与清理", "Partitions ahead and retention", "20 3 * * *"),
)


@dataclass(frozen=True)
class Waiting:
    """A job with something to do, its rank among its kind, and the time it is planned for (``None``: this minute)."""

    job: str
    rank: int = 0
    planned: datetime | None = None


Look = Callable[[datetime], Iterable[Waiting]]  # what has something to do at a moment


def planned_before(cron: str, now: datetime) -> datetime:
    """The latest time at or before ``now`` that a crontab line names. :class:`ValueError` where it names none."""
    trigger = CronTrigger.from_crontab(cron, timezone=TIME_ZONE)
    back = timedelta(minutes=10)
    while True:
        found, following = None, trigger.get_next_fire_time(None, now - back)
        while following is not None and following <= now:
            found, following = following, trigger.get_next_fire_time(following, following + timedelta(seconds=1))
        if found is not None:
            return found
        if back > FURTHEST_BACK:
            raise ValueError(f"the crontab line {cron!r} names no time within {FURTHEST_BACK.days} days before {now:%Y-%m-%d}")
        back *= 4


def planned_next(job: Job, now: datetime) -> datetime | None:
    """The first planned time of ``job`` after ``now``; ``None`` for one without a plan."""
    if not job.cron:
        return None
    return CronTrigger.from_crontab(job.cron, timezone=TIME_ZONE).get_next_fire_time(None, now + timedelta(microseconds=1))


def fire(target: sa.Engine, job: Job, now: datetime) -> int | None:
    """Plan the latest run of ``job`` at or before ``now``; its number, ``None`` when it was planned before."""
    planned = planned_before(job.cron, now)
    return plan(target, job.name, planned, late=now - planned > LATE_AFTER)


def catch_up(target: sa.Engine, jobs: Sequence[Job], now: datetime) -> None:
    """Plan the one run each job missed while nobody was awake; a job that never ran has missed nothing."""
    for job in jobs:
        with sql.begin(target) as connection:
            known = sql.one(connection, "etl/job_known", job=job.name)
        if job.cron and known and known["known"]:
            fire(target, job, now)


def watch(target: sa.Engine, look: Look, now: datetime) -> None:
    """Plan a run for every job that has something to do."""
    minute = now.replace(second=0, microsecond=0)
    for one in look(now):
        planned = one.planned or minute
        plan(target, one.job, planned, rank=one.rank, late=now - planned > LATE_AFTER)


def announce(target: sa.Engine, jobs: Sequence[Job], now: datetime) -> None:
    """Write the plan down for the web, which knows it from there alone, and that somebody keeps it."""
    with sql.begin(target) as connection:
        for place, job in enumerate(jobs):
            sql.execute(
                connection, "etl/job_announce", job=job.name, place=place, title_zh=job.title_zh, title_en=job.title_en,
                cron=job.cron, takes_feed=job.takes_feed, asked_only=job.asked_only, next_at=planned_next(job, now), now=now,
            )  # fmt: skip
        sql.execute(connection, "etl/job_retired", names=[job.name for job in jobs])


def start(
    target: sa.Engine, look: Look, clock: Clock, jobs: Sequence[Job] = JOBS, alive: Callable[[], bool] = lambda: True
) -> BackgroundScheduler:
    """A running scheduler that plans ``jobs``; what was missed is planned at the start.

    It tells the web that it is awake as long as ``alive``: a plan that nobody works on is no schedule.
    """
    scheduler = BackgroundScheduler(timezone=TIME_ZONE)
    for job in jobs:
        if job.cron:
            _add(scheduler, job.cron, job.name, lambda job=job: fire(target, job, clock()))
    _add(scheduler, WATCH, "watch", lambda: watch(target, look, clock()))

    def tell() -> None:
        if alive():
            announce(target, jobs, clock())

    _add(scheduler, WATCH, "announce", tell)
    scheduler.add_job(tell, id="announce now")
    scheduler.add_job(lambda: catch_up(target, jobs, clock()), id="catch up")
    scheduler.add_job(lambda: watch(target, look, clock()), id="watch now")
    scheduler.start()
    return scheduler


def _add(scheduler: BackgroundScheduler, cron: str, name: str, act: Callable[[], object]) -> None:
    scheduler.add_job(
        act, CronTrigger.from_crontab(cron, timezone=TIME_ZONE), id=name, coalesce=True, max_instances=1,
        misfire_grace_time=int(MISFIRE_GRACE.total_seconds()),
    )  # fmt: skip


def work_until(stop: threading.Event, worker: Worker, told: Callable[[Run], None] = lambda run: None) -> None:
    """Do run after run until ``stop``; one under way is let finish. Whatever keeps it from looking (a database that is away
    or read only), it looks again."""
    while not stop.is_set():
        try:
            run = worker.work()
        except Exception:  # a worker that ended would be missed by nobody
            logging.getLogger(__name__).exception("no look for runs to do; trying again")
            run = None
        if run is None:
            stop.wait(LOOK_SECONDS)
        else:
            told(run)


def run_until(stop: threading.Event, target: sa.Engine, works: Mapping[str, Work], look: Look, clock: Clock) -> None:
    """Plan and work until ``stop``; what is under way is let finish."""
    rules = [job.rule for job in JOBS]
    workers = [Worker(target, works, rules, clock) for _ in range(WORKERS)]
    threads = [threading.Thread(target=work_until, args=(stop, worker)) for worker in workers]
    for thread in threads:
        thread.start()
    hands = list(zip(workers, threads, strict=True))
    scheduler = start(target, look, clock, alive=lambda: any(t.is_alive() and w.at_work() for w, t in hands))
    stop.wait()
    scheduler.shutdown(wait=True)
    for thread in threads:
        thread.join()
