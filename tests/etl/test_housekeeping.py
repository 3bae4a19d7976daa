"""Housekeeping makes partitions ahead and forgets old login attempts only."""

from datetime import date

import sqlalchemy as sa

import sql
from etl.steps.housekeeping import tidy

PARENTS = 6  # response, answer, response_detail, invitation, complaint, process_reading


def test_partitions_ahead_and_old_attempts(store: sa.Engine) -> None:
    with store.begin() as connection:
        connection.execute(sa.text(
            "INSERT INTO login_attempt (at, login, address, ok) VALUES (now() - interval '91 days', 'a', 'x', true),"
            " (now() - interval '89 days', 'a', 'x', true)"))
        connection.execute(sa.text(
            "INSERT INTO upload (name, bytes, uploaded_by, uploaded_at) VALUES ('a.csv', 1, 'a', now() - interval '15 days'),"
            " ('b.csv', 1, 'a', now() - interval '13 days')"))
        connection.execute(sa.text("INSERT INTO upload_chunk SELECT upload_id, 0, 'x' FROM upload"))
    assert tidy(store, date(2026, 11, 22)) == {"partitions_made": 4 * PARENTS, "login_attempts_forgotten": 1, "uploads_forgotten": 1,
                                                 "runs_forgotten": 0}  # fmt: skip
    with store.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM upload_chunk")) == 1
    assert set(tidy(store, date(2026, 11, 22)).values()) == {0}


def test_old_runs_and_incidents_are_forgotten_but_for_the_last_of_each_job(store: sa.Engine) -> None:
    with sql.begin(store) as connection:
        connection.execute(sa.text("""INSERT INTO job_run (job, scheduled_for, state) VALUES ('load', '2026-01-01', 'done'),
            ('load', '2026-11-01', 'done'), ('publish', '2026-01-01', 'done'), ('load', '2026-01-02', 'running')"""))
        connection.execute(sa.text("""INSERT INTO incident (kind, subject, said_zh, said_en, opened_at, last_at, closed_at) VALUES
            ('job', 'a', '', '', '2026-01-01', '2026-01-01', '2026-01-02'), ('job', 'b', '', '', '2026-01-01', '2026-01-01', NULL)"""))
    assert tidy(store, date(2026, 11, 22))["runs_forgotten"] == 2
    with store.connect() as connection:
        left = connection.execute(sa.text("SELECT job, state FROM job_run ORDER BY scheduled_for, job")).all()
    assert left == [("publish", "done"), ("load", "running"), ("load", "done")]
