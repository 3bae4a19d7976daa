"""A run that was asked for on the command line: done here, or waited for."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import sql
from etl.runner import Worker

ACTOR = "cli"
FOLLOW_SECONDS = 0.5  # between two looks at a run somebody else has begun


def now() -> datetime:
    """The clock of everything that runs by the schedule."""
    return datetime.now().astimezone()


def follow(target: sa.Engine, worker: Worker, run_id: int) -> dict[str, Any]:
    """Do the run, or wait while somebody else does it or what it waits for; how it ended."""
    while True:
        worker.work(only=run_id)
        with sql.begin(target) as connection:
            row = sql.one(connection, "etl/job_run_of", run_id=run_id)
        assert row is not None  # noqa: S101  asked for above
        if row["state"] not in ("due", "running"):
            return row
        time.sleep(FOLLOW_SECONDS)
