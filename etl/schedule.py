"""All jobs on one screen, and the process that fires them.

APScheduler only wakes us; whether a planned run is ours is decided by its row (``job_run``), so two schedulers
run each job once. A run that should have been while nobody was awake is caught up once and marked late.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from etl.runner import Run, Work, run_once

TIME_ZONE = "Asia/Shanghai"
MISFIRE_GRACE = timedelta(hours=24)  # APScheduler's own default of one second would drop a late weekly job
LATE_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class Job:
    """One job: its name, what it does for people, when it is planned (cron, in :data:`TIME_ZONE`)."""

    name: str
    title_zh: str
    title_en: str
    cron: str


JOBS = (
    Job("load", "装载收件箱文件", "Load the inbox", "*/5 * * * *"),
    Job("publish", "汇总、检查并发布", "Roll up, check and publish", "7,37 * * * *"),
    Job("housekeeping", "预建分区与清理", "Partitions ahead and retention", "20 3 * * *"),
)


def planned_before(job: Job, now: datetime) -> datetime:
    """The latest planned time of ``job`` at or before ``now``."""
    trigger = CronTrigger.from_crontab(job.cron, timezone=TIME_ZONE)
    back = timedelta(minutes=10)
    while True:
        found, following = None, trigger.get_next_fire_time(None, now - back)
        while following is not None and following <= now:
            found, following = following, trigger.get_next_fire_time(following, following + timedelta(seconds=1))
        if found is not None:
            return found
        back *= 4


def fire(target: sa.Engine, job: Job, work: Work, now: datetime) -> Run:
    """Do the latest planned run of ``job`` if nobody did."""
    planned = planned_before(job, now)
    return run_once(target, job.name, planned, work, late=now - planned > LATE_AFTER)


def start(target: sa.Engine, works: Mapping[str, Work], jobs: Sequence[Job] = JOBS) -> BackgroundScheduler:
    """A running scheduler over ``jobs``; each is also caught up once at the start."""
    scheduler = BackgroundScheduler(timezone=TIME_ZONE)
    for job in jobs:
        scheduler.add_job(
            _fire_now, CronTrigger.from_crontab(job.cron, timezone=TIME_ZONE), args=(target, job, works[job.name]), id=job.name,
            coalesce=True, max_instances=1, misfire_grace_time=int(MISFIRE_GRACE.total_seconds()),
        )  # fmt: skip
        scheduler.add_job(_fire_now, args=(target, job, works[job.name]), id=f"{job.name} caught up")
    scheduler.start()
    return scheduler


def run_until(stop: threading.Event, scheduler: BackgroundScheduler) -> None:
    """Keep the process until ``stop``; a running job is let finish."""
    stop.wait()
    scheduler.shutdown(wait=True)


def _fire_now(target: sa.Engine, job: Job, work: Work) -> None:
    fire(target, job, work, datetime.now().astimezone())
