"""Making a month's partitions keeps nobody waiting."""

from __future__ import annotations

import sqlalchemy as sa

MAKE = "SELECT ensure_partitions('2026-05-01', '2026-06-30')"


def test_pages_read_and_other_loads_write_while_a_load_makes_partitions(store: sa.Engine) -> None:
    with store.begin() as other:
        other.execute(sa.text("SELECT ensure_partitions('2026-04-01', '2026-04-01')"))
    with store.connect() as load, load.begin():
        load.execute(sa.text("INSERT INTO invitation VALUES (1, '2026-04-02', gen_random_uuid(), 'own', 'sms', 'mobile', 2, 1, 1)"))
        assert load.scalar(sa.text(MAKE)) == 12
        with store.begin() as reader:
            reader.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            assert reader.scalar(sa.text("SELECT count(*) FROM complaint")) == 0
            reader.execute(sa.text("INSERT INTO invitation VALUES (2, '2026-04-02', gen_random_uuid(), 'own', 'sms', 'mobile', 2, 1, 1)"))
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
