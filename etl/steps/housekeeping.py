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
    """Make partitions ahead; forget what was kept long enough: login attempts, uploaded files, runs, incidents, letters, versions
    of published rows, and files of ``premises``. How many of each."""
    with sql.begin(target) as connection:  # by itself: loads that open a month wait for its end
        made = sql.one(connection, "etl/partitions_ahead", today=today, months=MONTHS_AHEAD)
    with sql.begin(target) as connection:
        forgotten = sql.execute(connection, "etl/forget_login_attempts", days=LOGIN_ATTEMPT_DAYS)
        runs = sql.execute(connection, "etl/forget_runs", today=today, days=RUN_DAYS)
        runs += sql.execute(connection, "etl/forget_incidents", today=today, days=RUN_DAYS)
        uploads = sql.execute(connection, "etl/forget_uploads", days=UPLOAD_DAYS)
        sql.execute(connection, "etl/upload_chunks_settled")
        kept = _kept(connection, today)
        letters = sql.execute(connection, "etl/forget_letters", today=today, days=kept["letter_days"])
        sql.execute(connection, "etl/forget_letter_contents")
    with sql.begin(target) as connection:  # by itself: it goes through all that was ever published
        versions = sql.one(connection, "etl/forget_versions", today=today, days=kept["publication_days"])
    return {"partitions_made": made["made"] if made else 0, "login_attempts_forgotten": forgotten, "uploads_forgotten": uploads,
            "runs_forgotten": runs, "letters_forgotten": letters,
            "versions_forgotten": versions["gone"] if versions else 0,
            **(_files(kept, today, premises) if premises else {})}  # fmt: skip


def _kept(connection: sa.Connection, today: date) -> dict[str, int]:
    """Days by policy."""
    return {row["name"]: int(row["value"]) for row in sql.rows(connection, "etl/retention_policies", today=today)}


def _files(kept: dict[str, int], today: date, premises: Premises) -> dict[str, int]:
    return {"archive_files_forgotten": forget_archived(premises, today, kept["archive_days"]),
            "failed_files_forgotten": forget_refused(premises, today, kept["failed_days"])}  # fmt: skip
