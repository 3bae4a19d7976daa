"""Making a month's partitions keeps nobody waiting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from etl.steps import filework
from etl.steps.load import load_file
from tests.etl.feeds.sample import SECRET, SURVEY_HEADER, feed_of, load_all, number, rows

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


ROW = "(1, '2026-05-02', gen_random_uuid(), 1, 10, '1-10', 100)"
BEGIN, JOIN = "SELECT begin_month_apart('2026-05-01', :file)", "SELECT join_month('2026-05-01', :file)"
INDEXES = "SELECT count(*) FROM pg_indexes WHERE tablename = :table AND schemaname = 'manyi'"
OPEN = "SELECT open_month('2026-05-01', ARRAY['response', 'answer', 'response_detail'])"


def test_a_month_filled_apart_is_a_partition_like_any_other(store: sa.Engine) -> None:
    with store.begin() as connection:
        assert connection.scalar(sa.text(BEGIN), {"file": 7})
        connection.execute(sa.text(f"INSERT INTO answer_202605_7 VALUES {ROW}"))
        assert connection.scalar(sa.text("SELECT count(*) FROM answer")) == 0
        connection.execute(sa.text(JOIN), {"file": 7})
    with store.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM answer")) == 1
        assert not connection.scalar(sa.text(BEGIN), {"file": 8}), "it is there"
        assert connection.scalar(sa.text("SELECT ensure_partitions('2026-05-01', '2026-05-01')")) == 3, "the other tables'"
        for table in ("response", "answer", "response_detail"):
            whole = connection.scalar(sa.text(INDEXES), {"table": table})
            assert connection.scalar(sa.text(INDEXES), {"table": f"{table}_202605"}) == whole > 0


def test_two_loads_that_begin_one_month_do_not_wait_for_each_other(store: sa.Engine) -> None:
    """The second to end brings its rows to where the first has made the month; a third opens it while both are under way."""
    with store.connect() as one, store.connect() as two:
        for connection, file in ((one, 7), (two, 8)):
            connection.execute(sa.text("SET lock_timeout = '2s'"))
            connection.commit()
            assert connection.scalar(sa.text(BEGIN), {"file": file})
            connection.execute(sa.text(f"INSERT INTO answer_202605_{file} VALUES {ROW}"))
        with store.begin() as third:
            third.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            assert third.scalar(sa.text("SELECT ensure_partitions('2026-04-01', '2026-04-01')")) == 6, "another month"
        for connection, file in ((one, 7), (two, 8)):
            connection.execute(sa.text(JOIN), {"file": file})
            connection.commit()
    with store.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM answer")) == 2
        assert connection.scalar(sa.text("SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_202605\\_%' AND relkind = 'r'")) == 0


def test_a_load_that_only_opens_a_month_does_so_for_its_own_tables(store: sa.Engine) -> None:
    with store.begin() as connection:
        assert connection.scalar(sa.text("SELECT open_month('2026-05-01', ARRAY['complaint'])")) == 1
        assert connection.scalar(sa.text(BEGIN), {"file": 7}), "a survey's month is still nobody's"
        assert connection.scalar(sa.text(OPEN)) == 3 and connection.scalar(sa.text(OPEN)) == 0


def test_eight_open_a_month_at_once(store: sa.Engine) -> None:
    together = Barrier(8)

    def opened(_: int) -> object:
        together.wait()
        with store.begin() as connection:
            return connection.scalar(sa.text(OPEN))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(opened, range(8))) == 3  # type: ignore[arg-type]


FILES = {
    "survey": ("survey_sms_2026-03.csv", "m{at},2026-03-{day:02d} 10:00:00,K3,,own,sms,mobile,public,5g,after,hall,,10,,9,8,,7,,,,,,,,,,,,,,,\n", SURVEY_HEADER),
    "process": ("process_2026-03.csv", "2026-03-{day:02d} 00:00:00,K3,cell-{at},,coverage_rate,98,100\n",
                "at,area_code,cell,touchpoint_code,indicator,numerator,denominator\n"),
}  # fmt: skip


@pytest.mark.parametrize("first", ["survey", "process"])
def test_a_load_ends_while_another_that_opened_its_month_is_still_under_way(
    store: sa.Engine, tmp_path: Path, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it is killed: the month's empty partitions stay, and nothing else of it."""
    load_all(store, tmp_path)
    for name, line, header in FILES.values():
        (tmp_path / name).write_text(header + "".join(line.format(at=at, day=at % 28 + 1) for at in range(40)), "utf-8")
    second = next(kind for kind in FILES if kind != first)
    close, ended = filework.FileWork._close, []

    def meanwhile(work: filework.FileWork) -> None:
        close(work)
        if work.feed.kind.name == first:
            with ThreadPoolExecutor(1) as pool:
                ended.append(pool.submit(load_file, store, feed_of(second), tmp_path / FILES[second][0], SECRET).result(20).state)
            raise KeyboardInterrupt  # and the first is killed

    with monkeypatch.context() as broken:
        broken.setattr(filework.FileWork, "_close", meanwhile)
        with pytest.raises(KeyboardInterrupt):
            load_file(store, feed_of(first), tmp_path / FILES[first][0], SECRET)
    assert ended == ["loaded"]
    found = "SELECT count(*) FROM {} WHERE day >= '2026-03-01' AND day < '2026-04-01'"
    assert number(store, found.format("response")) == (40 if second == "survey" else 0)
    assert number(store, found.format("process_reading")) == (40 if second == "process" else 0)
    assert load_file(store, feed_of(first), tmp_path / FILES[first][0], SECRET).accepted == 40
    assert number(store, found.format("response")) == number(store, found.format("process_reading")) == 40


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
