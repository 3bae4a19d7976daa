"""Slow down guessing: attempts are counted by login and by address before the password is looked at."""

from __future__ import annotations

import sqlalchemy as sa

import sql

WINDOW_SECONDS = 15 * 60
MOST_BY_LOGIN = 5  # failed attempts on one login within the window
MOST_BY_ADDRESS = 30  # an office behind one address mistypes more often than one person


def attempt(target: sa.Engine, login: str, address: str) -> bool:
    """Note an attempt; ``False`` when it comes too often and must not be checked.

    Attempts on one login take their turn in the database, so many at once cannot outrun the count.
    """
    with sql.begin(target) as connection:
        connection.execute(sql.statement("auth/login_lock"), {"login": login, "address": address})
        failures = sql.one(connection, "auth/login_failures", login=login, address=address, seconds=WINDOW_SECONDS)
        assert failures is not None  # noqa: S101 - an aggregate always has its row
        if failures["by_login"] >= MOST_BY_LOGIN or failures["by_address"] >= MOST_BY_ADDRESS:
            return False
        sql.execute(connection, "auth/login_attempt", login=login, address=address, ok=False)
    return True
