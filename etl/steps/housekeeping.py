"""What keeps the store and its folders tidy: partitions ahead of the data, what was kept long enough forgotten."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

import sql
from etl.steps.premises import Premises
from etl.steps.retention import forget_archived, forget_refused

MONTHS_AHEAD = 3
LOGIN_ATTEMPT_DAYS = 90
RUN_DAYS = 180  # ended runs and closed incidents
UPLOAD_DAYS = 14  # files given through the browser; what was loaded of them lies in the archive


def tidy(target: sa.Engine, today: date, premises: Premises | None = None) -> dict[str, int]:
    """Partitions made; login attempts, uploaded files, old runs and incidents forgotten; files of ``premises`` kept too long."""
    with sql.begin(target) as connection:  # by itself: loads that open a month wait for its end
        made = sql.one(connection, "etl/partitions_ahead", today=today, months=MONTHS_AHEAD)
    with sql.begin(target) as connection:
        forgotten = sql.execute(connection, "etl/forget_login_attempts", days=LOGIN_ATTEMPT_DAYS)
        runs = sql.execute(connection, "etl/forget_runs", today=today, days=RUN_DAYS)
        runs += sql.execute(connection, "etl/forget_incidents", today=today, days=RUN_DAYS)
        uploads = sql.execute(connection, "etl/forget_uploads", days=UPLOAD_DAYS)
        sql.execute(connection, "etl/upload_chunks_settled")
        letters = _letters(connection, today)
    return {"partitions_made": made["made"] if made else 0, "login_attempts_forgotten": forgotten, "uploads_forgotten": uploads,
            "runs_forgotten": runs, "letters_forgotten": letters,
            **(_files(target, today, premises) if premises else {})}  # fmt: skip


def _letters(connection: sa.Connection, today: date) -> int:
    kept = {row["name"]: int(row["value"]) for row in sql.rows(connection, "etl/retention_policies", today=today)}
    forgotten = sql.execute(connection, "etl/forget_letters", today=today, days=kept["letter_days"])
    sql.execute(connection, "etl/forget_letter_contents")
    return forgotten


def _files(target: sa.Engine, today: date, premises: Premises) -> dict[str, int]:
    with sql.begin(target) as connection:
        kept = {row["name"]: int(row["value"]) for row in sql.rows(connection, "etl/retention_policies", today=today)}
    return {"archive_files_forgotten": forget_archived(premises, today, kept["archive_days"]),
            "failed_files_forgotten": forget_refused(premises, today, kept["failed_days"])}  # fmt: skip
