"""Fast lane 即评即改: a low answer after a service, or a red-line complaint, is a task as soon as its file is loaded.

It waits for no publication. Each file is looked through once, in a transaction of its own; a row delivered again is the
same task.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

import sql

LINE = "complaint"  # the professional line that answers for red-line complaints


def run_fast_lane(target: sa.Engine, now: datetime) -> int:
    """Look through every loaded file that was not looked through; the number of tasks made."""
    tasks = 0
    while (made := _one_file(target, now)) is not None:
        tasks += made
    return tasks


def _one_file(target: sa.Engine, now: datetime) -> int | None:
    """The tasks made out of one file; ``None`` when no file is left."""
    with sql.begin(target) as connection:
        file = sql.one(connection, "etl/lane_files")
        if file is None:
            return None
        tasks = _look_through(connection, file["file_id"], file["kind"], file["last_day"], now.date())
        sql.execute(connection, "etl/lane_done", file_id=file["file_id"], now=now)
        return tasks


def _look_through(connection: sa.Connection, file_id: int, kind: str, last_day: date | None, today: date) -> int:
    policy = {row["name"]: row["value"] for row in sql.rows(connection, "etl/lane_policies", today=today)}
    since = today - timedelta(days=int(policy["fast_lane_days"]))
    if last_day is None or last_day < since:
        return 0
    due_on = today + timedelta(days=int(policy["fast_lane_due_days"]))
    if kind == "survey":
        low = policy["fast_lane_score"]
        return sql.execute(connection, "etl/lane_answers", file_id=file_id, since=since, low=low, due_on=due_on)
    if kind == "complaint":
        return sql.execute(connection, "etl/lane_complaints", file_id=file_id, since=since, due_on=due_on, line_id=LINE)
    return 0
