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
    assert tidy(store, date(2026, 11, 22)) == {"partitions_made": 4 * PARENTS, "login_attempts_forgotten": 1}
    assert tidy(store, date(2026, 11, 22)) == {"partitions_made": 0, "login_attempts_forgotten": 0}
