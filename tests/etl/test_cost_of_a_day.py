"""One more day costs what it changes: nothing of other periods is read, and the two connections that share the work never wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import numpy as np
import pytest
import sqlalchemy as sa

import sql
from etl.steps import check
from etl.steps.publish import PublicationStopped, publish
from tests.etl import rollup_sample

MAY = date(2026, 5, 1)
PATIENCE = "20s"
YEARS = 12  # of history beside the sample's one
READ = "SELECT relname, seq_tup_read AS scanned, coalesce(idx_tup_fetch, 0) AS found FROM pg_stat_xact_user_tables"
LOCKS = """SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
           WHERE l.pid = pg_backend_pid() AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND c.relnamespace <> 'pg_catalog'::regnamespace"""
WRITING = {"RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"}
HISTORY = """
INSERT INTO score_rollup SELECT area_id, indicator_id, period, cut, CAST(start - make_interval(years => k) AS date), value, n, sw, sw2, swx, swx2,
       counts, first_pub, last_pub FROM score_rollup CROSS JOIN generate_series(1, {years}) AS k;
INSERT INTO ratio_rollup SELECT area_id, indicator_id, period, cut, CAST(start - make_interval(years => k) AS date), value, n, numerator,
       denominator, first_pub, last_pub FROM ratio_rollup CROSS JOIN generate_series(1, {years}) AS k;
SELECT ensure_partitions('2024-03-01', '2025-09-01');
INSERT INTO response SELECT (r).* FROM (SELECT jsonb_populate_record(r, jsonb_build_object('day', r.day - 365)) AS r FROM response r) older;
INSERT INTO answer SELECT (a).* FROM (SELECT jsonb_populate_record(a, jsonb_build_object('day', a.day - 365)) AS a FROM answer a) older;
INSERT INTO complaint SELECT (c).* FROM (SELECT jsonb_populate_record(c, jsonb_build_object(
    'complaint_id', gen_random_uuid(), 'day', c.day - 365, 'opened_at', c.opened_at - interval '365 days', 'due_at', c.due_at - interval '365 days')) AS c
    FROM complaint c CROSS JOIN generate_series(1, 40)) older;  -- enough of a month that its key is worth asking
INSERT INTO process_reading SELECT (p).* FROM (
    SELECT jsonb_populate_record(p, jsonb_build_object('day', p.day - 365)) AS p FROM process_reading p) older;
"""


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, query: str) -> Iterator[list[list[sa.Row]]]:
    """What each connection of a publication says of itself, once it has written all and checked it."""
    said: list[list[sa.Row]] = []
    run = check.run_checks

    def looked(connection: sa.Connection, scope: check.Scope, only: list[check.Check]) -> list[check.Finding]:
        found = run(connection, scope, only)
        said.append(list(connection.execute(sa.text(query))))
        return found

    with monkeypatch.context() as patched:
        patched.setattr(check, "run_checks", looked)
        yield said


def one_more_day(store: sa.Engine, ids: dict[str, int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    with sql.begin(store) as connection:
        rollup_sample.add_responses(connection, ids, rng, 30, date(2026, 5, 31), date(2026, 5, 31))
        rollup_sample.add_complaints(connection, ids, rng, 10, date(2026, 5, 31), date(2026, 5, 31))
        rollup_sample.touch(connection, [MAY], file=seed)


def test_one_more_day_reads_nothing_of_other_years(store: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = rollup_sample.build(store)
    publish(store)
    with sql.begin(store) as connection, connection.connection.cursor() as cursor:
        cursor.execute(HISTORY.format(years=YEARS))
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    one_more_day(store, ids, 7)
    with watched(monkeypatch, READ) as said:
        assert publish(store).publication_id == 2
    scanned: dict[str, int] = {}
    touched: dict[str, int] = {}
    for row in (row for connection in said for row in connection):
        scanned[row.relname] = scanned.get(row.relname, 0) + row.scanned
        touched[row.relname] = touched.get(row.relname, 0) + row.scanned + row.found
    for table in ("score_rollup", "ratio_rollup"):
        assert touched[table] > 0 and scanned[table] <= 10, f"{table}: {scanned[table]} rows scanned, not found by period"
    facts = {name: n for name, n in touched.items() if name.rpartition("_")[0] in ("response", "answer", "complaint", "process_reading")}
    assert facts["answer_202605"] > 0
    old = {name: n for name, n in facts.items() if name.rpartition("_")[2] < "202603"}
    assert len(old) > 20 and not any(old.values()), old


def test_the_two_connections_of_a_publication_never_wait_for_each_other(store: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = rollup_sample.build(store, responses=300)
    with sql.begin(store) as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {connection.engine.url.database} SET lock_timeout = '{PATIENCE}'")
    store.dispose()  # from here on connections that wait for one another fail
    for publication in (1, 2):  # the first shuts the tables it fills
        with watched(monkeypatch, LOCKS) as said:
            assert publish(store).publication_id == publication
        assert len(said) == 2
        for ours, others in (said, said[::-1]):
            written = {row.relname for row in ours if row.mode in WRITING}
            assert written & {"score_rollup", "ratio_rollup"}
            met = written & {row.relname for row in others}
            assert met <= {"publication"}, "rows of its own number apart, neither reads what the other writes"
            strong = {row.relname for row in ours if row.mode in WRITING - {"RowExclusiveLock"}}
            assert "publication" not in strong
        one_more_day(store, ids, 20 + publication)


def test_a_publication_checks_its_own_restated_ratios(store: sa.Engine) -> None:
    ids = rollup_sample.build(store, responses=300)
    publish(store)
    with sql.begin(store) as connection:  # a moved grid's readings change in March, and only May is said to have changed
        connection.execute(
            sa.text("UPDATE process_reading SET numerator = numerator + 100 WHERE area_id = :area AND day < '2026-04-01'"), {"area": ids["a3"]}
        )
        rollup_sample.touch(connection, [MAY], ("process",), file=2)
    with pytest.raises(PublicationStopped, match="restated_ratios_equal_children"):
        publish(store)
