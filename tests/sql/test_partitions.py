"""Partitions made by two loads at once."""

from __future__ import annotations

import threading
import time

import sqlalchemy as sa

MAKE = sa.text("SELECT ensure_partitions(date '2026-05-01', date '2026-06-30')")


def test_who_waited_for_anothers_partitions_finds_them(store: sa.Engine) -> None:
    made: list[int] = []

    def other() -> None:
        with store.begin() as connection:
            made.append(connection.execute(MAKE).scalar_one())

    with store.begin() as connection:
        assert connection.execute(MAKE).scalar_one() == 12
        waiting = threading.Thread(target=other)
        waiting.start()
        _until_waiting(store)
    waiting.join(30)
    assert made == [0]


def _until_waiting(store: sa.Engine) -> None:
    query = sa.text("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() "
                    "WHERE locktype = 'advisory' AND NOT granted")  # fmt: skip
    for _ in range(200):
        with store.connect() as connection:
            if connection.execute(query).scalar_one():
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")
