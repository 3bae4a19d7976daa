"""Making a month's partitions keeps nobody waiting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.steps.load import load_file
from tests.etl.feeds.sample import SECRET, SURVEY_HEADER, feed_of, load_all, rows

MAKE = "SELECT ensure_partitions('2026-05-01', '2026-06-30')"


def test_pages_read_and_other_loads_write_while_a_load_makes_partitions(store: sa.Engine) -> None:
    with store.begin() as other:
        other.execute(sa.text("SELECT ensure_partitions('2026-04-01', '2026-04-01')"))
    with store.connect() as load, load.begin():
        load.execute(
            sa.text("INSERT INTO invitation VALUES (1, '2026-04-02', gen_random_uuid(), 'own', 'sms', 'mobile', 2, 1, 1)")
        )
        assert load.scalar(sa.text(MAKE)) == 12
        with store.begin() as reader:
            reader.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            assert reader.scalar(sa.text("SELECT count(*) FROM complaint")) == 0
            reader.execute(
                sa.text("INSERT INTO invitation VALUES (2, '2026-04-02', gen_random_uuid(), 'own', 'sms', 'mobile', 2, 1, 1)")
            )
    with store.begin() as connection:
        assert connection.scalar(sa.text(MAKE)) == 0


def test_a_partition_has_the_keys_and_indexes_of_its_table(store: sa.Engine) -> None:
    with store.begin() as connection:
        connection.execute(sa.text(MAKE))
        names = "SELECT count(*) FROM pg_indexes WHERE tablename = :table AND schemaname = 'manyi'"
        for table in ("response", "complaint", "answer"):
            whole = connection.scalar(sa.text(names), {"table": table})
            assert connection.scalar(sa.text(names), {"table": f"{table}_202605"}) == whole > 0
        checks = "SELECT count(*) FROM pg_constraint WHERE conrelid = 'invitation_202606'::regclass AND contype = 'c'"
        assert connection.scalar(sa.text(checks)) == 2


def test_a_month_filled_apart_is_a_partition_like_any_other(store: sa.Engine) -> None:
    with store.begin() as connection:
        assert connection.scalar(sa.text("SELECT start_partitions('2026-05-01')"))
        assert not connection.scalar(sa.text("SELECT start_partitions('2026-05-01')")), "it is there"
        connection.execute(sa.text("INSERT INTO answer_202605 VALUES (1, '2026-05-02', gen_random_uuid(), 1, 10, '1-10', 100)"))
        assert connection.scalar(sa.text("SELECT count(*) FROM answer")) == 0
        connection.execute(sa.text("SELECT attach_partitions('2026-05-01')"))
    with store.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM answer")) == 1
        assert connection.scalar(sa.text("SELECT ensure_partitions('2026-05-01', '2026-05-01')")) == 3, "the other tables'"
        names = "SELECT count(*) FROM pg_indexes WHERE tablename = :table AND schemaname = 'manyi'"
        for table in ("response", "answer", "response_detail"):
            whole = connection.scalar(sa.text(names), {"table": table})
            assert connection.scalar(sa.text(names), {"table": f"{table}_202605"}) == whole > 0


def test_two_loads_that_begin_one_month_wait_for_each_other(store: sa.Engine) -> None:
    with store.connect() as one, one.begin(), ThreadPoolExecutor(1) as pool:
        assert one.scalar(sa.text("SELECT start_partitions('2026-05-01')"))
        other = pool.submit(_made, store)
        with pytest.raises(TimeoutError):
            other.result(0.5)
        one.execute(sa.text("SELECT attach_partitions('2026-05-01')"))
        one.commit()
        assert other.result(20) == 3, "only the tables the first did not make"


def _made(store: sa.Engine) -> object:
    with store.begin() as connection:
        return connection.scalar(sa.text("SELECT ensure_partitions('2026-05-01', '2026-05-01')"))


def test_a_file_may_begin_one_month_and_go_on_with_another(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    months = ("2026-05-31", "2026-06-30", "2026-07-01")  # June is there
    lines = [
        f"m{at},{day} 10:00:00,K3,,own,sms,mobile,public,5g,after,hall,,10,,9,8,,7,,,,,,,,,,,,,,,"
        for at, day in enumerate(months)
    ]
    path = tmp_path / "survey_web_2026-07.csv"
    path.write_text(SURVEY_HEADER + "\n".join(lines) + "\n", "utf-8")
    assert load_file(store, feed_of("survey"), path, SECRET).accepted == 3
    found = "SELECT tableoid::regclass::text AS tableoid FROM answer WHERE response_id IN (SELECT response_id FROM response WHERE file_id = (SELECT max(file_id) FROM file)) ORDER BY 1"
    assert [row["tableoid"] for row in rows(store, found)] == [
        f"answer_{month}" for month in ("202605", "202606", "202607") for _ in range(4)
    ]
