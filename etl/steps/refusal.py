"""A refused file is an incident of its feed until one is taken."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

import sql
from etl.steps.filework import LoadResult


def note_refusal(target: sa.Engine, result: LoadResult, now: datetime) -> None:
    """Open the incident of a refused file; a taken one closes it."""
    with sql.begin(target) as connection:
        if result.state == "refused":
            sql.execute(
                connection, "etl/incident_seen", kind="refused", subject=result.feed_id, now=now,
                said_zh=f"{result.name}：{result.reason_zh}", said_en=f"{result.name}: {result.reason_en}",
            )  # fmt: skip
        elif result.state == "loaded":
            sql.execute(connection, "etl/incident_over", kind="refused", subject=result.feed_id, now=now)
