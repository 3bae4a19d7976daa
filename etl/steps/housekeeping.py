"""What keeps the store tidy: partitions ahead of the data, short-lived rows forgotten."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

import sql

MONTHS_AHEAD = 3
LOGIN_ATTEMPT_DAYS = 90
RUN_DAYS = 180  # ended runs and closed incidents
UPLOAD_DAYS = 14  # files given through the browser; what was loaded of them lies in the archive


def tidy(target: sa.Engine, today: date) -> dict[str, int]:
    """Partitions made; login attempts, uploaded files, old runs and incidents forgotten."""
    with sql.begin(target) as connection:
        made = sql.one(connection, "etl/partitions_ahead", today=today, months=MONTHS_AHEAD)
        forgotten = sql.execute(connection, "etl/forget_login_attempts", days=LOGIN_ATTEMPT_DAYS)
        runs = sql.execute(connection, "etl/forget_runs", today=today, days=RUN_DAYS)
        runs += sql.execute(connection, "etl/forget_incidents", today=today, days=RUN_DAYS)
        uploads = sql.execute(connection, "etl/forget_uploads", days=UPLOAD_DAYS)
    return {"partitions_made": made["made"] if made else 0, "login_attempts_forgotten": forgotten, "uploads_forgotten": uploads,
            "runs_forgotten": runs}  # fmt: skip
