"""A planned run happens once, and its ending is a row."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import sqlalchemy as sa

import sql
from etl.runner import run_once

WHEN = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def test_eight_claimants_one_run(store: sa.Engine) -> None:
    together, done = Barrier(8), []

    def claim(_: int) -> str:
        together.wait()
        return run_once(store, "load", WHEN, lambda _target: {"turn": done.append(1)}).state

    with ThreadPoolExecutor(8) as pool:
        states = sorted(pool.map(claim, range(8)))
    assert (states, done) == (["done"] + ["taken"] * 7, [1])


def test_a_failure_is_written_down(store: sa.Engine) -> None:
    def fails(_: sa.Engine) -> Mapping[str, object]:
        raise ValueError("the file is not there")

    assert run_once(store, "load", WHEN, fails).state == "failed"
    with sql.begin(store) as connection:
        row = sql.one(connection, "etl/list_job_runs", job="load", most=1)
    assert row is not None
    assert (row["state"], row["error"]) == ("failed", "ValueError: the file is not there")
    assert row["finished_at"] is not None
