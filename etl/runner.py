"""One planned run of a job: claimed in the database, done once, its ending written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import sql

Work = Callable[[sa.Engine], Mapping[str, Any]]


@dataclass(frozen=True)
class Run:
    """How a planned run ended; ``state`` is ``done``, ``failed`` or ``taken`` (somebody else has it)."""

    job: str
    scheduled_for: datetime
    state: str
    outcome: Mapping[str, Any]
    error: str | None = None


def run_once(target: sa.Engine, job: str, scheduled_for: datetime, work: Work, *, late: bool = False) -> Run:
    """Do ``work`` unless this planned run was claimed before; a failure becomes a row, not an exception."""
    with sql.begin(target) as connection:
        claimed = sql.one(connection, "etl/claim_job_run", job=job, scheduled_for=scheduled_for, late=late)
    if claimed is None:
        return Run(job, scheduled_for, "taken", {})
    try:
        ended = Run(job, scheduled_for, "done", work(target))
    except Exception as error:  # whatever stopped it must be seen in the history
        ended = Run(job, scheduled_for, "failed", {}, f"{type(error).__name__}: {error}")
    with sql.begin(target) as connection:
        sql.execute(
            connection, "etl/finish_job_run", job=job, scheduled_for=scheduled_for, state=ended.state,
            outcome=json.dumps(dict(ended.outcome), default=str, ensure_ascii=False), error=ended.error,
        )  # fmt: skip
    return ended
