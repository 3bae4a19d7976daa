"""Housekeeping makes partitions ahead and forgets old login attempts only."""

from datetime import date

import sqlalchemy as sa

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
    assert tidy(store, date(2026, 11, 22)) == {"partitions_made": 4 * PARENTS, "login_attempts_forgotten": 1, "uploads_forgotten": 1}
    with store.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM upload_chunk")) == 1
    assert tidy(store, date(2026, 11, 22)) == {"partitions_made": 0, "login_attempts_forgotten": 0, "uploads_forgotten": 0}
