"""What one more day costs beside a history: ``python -m tests.bench.day [MILLIONS …]`` (1 10 50) on an embedded Postgres of its own.
``--home FOLDER`` keeps it there, and goes on with what an earlier run left.

A day is always as large (16,400 answers, half a million a month), the history grows longer. Its two newest months are drawn and
published; older ones are copies of these, facts and roll-ups alike, month by month (roll-ups of days up to the 28th, no weeks).
The first day after a history is grown warms the server's memory and is not counted; the second is.
"""

from __future__ import annotations

import argparse
import time
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

import sql
from etl.domain.period import add_months
from etl.steps.publish import publish
from sql.embedded import EmbeddedPostgres
from tests.bench import rollup
from tests.bench.measure import server_seconds
from tests.bench.own_server import own_server

MONTH = 500_000  # answers
DRAWN = 2  # months
FIRST = date(2026, 10, 1)
MILLIONS = (1, 10, 50)
COPIED = """
SELECT ensure_partitions(CAST('{to}' AS date), CAST('{to}' AS date));
INSERT INTO response (area_id, day, response_id, brand, mode, business, segment, generation, stage, channel, file_id)
SELECT area_id, {day}, response_id, brand, mode, business, segment, generation, stage, channel, file_id
FROM response WHERE day >= '{of}' AND day < '{until}';
INSERT INTO answer (area_id, day, response_id, indicator_id, raw, scale, score)
SELECT area_id, {day}, response_id, indicator_id, raw, scale, score FROM answer WHERE day >= '{of}' AND day < '{until}';
INSERT INTO subscriber SELECT area_id, '{to}', business, segment, subscribers, file_id FROM subscriber WHERE month = '{of}';
INSERT INTO fact_month SELECT fact, '{to}', facts, '{to}', CAST('{to}' AS date) + 27 FROM fact_month
WHERE month = '{of}' AND fact IN ('answer', 'response');
"""
ROLLED = """
INSERT INTO score_rollup SELECT area_id, indicator_id, period, cut, {start}, value, n, sw, sw2, swx, swx2, counts, 1
FROM score_rollup WHERE period = '{period}' AND start >= '{of}' AND start < '{until}' AND last_pub = 2147483647 {only}
ORDER BY area_id, indicator_id, cut, start, value;
INSERT INTO score_finer SELECT area_id, indicator_id, period, cut, {start}, value, n, sw, sw2, swx, swx2, counts
FROM score_finer WHERE period = '{period}' AND start >= '{of}' AND start < '{until}';
"""


def grow(store: sa.Engine, months: int, had: int) -> None:
    """Copy the drawn months into the past until there are ``months``; ``had`` are there."""
    if had >= months:
        return
    for back in range(had, months):
        of = add_months(FIRST, (DRAWN - 1 - back) % DRAWN)
        to, until = add_months(FIRST, DRAWN - 1 - back), add_months(of, 1)
        day = f"least(CAST('{to}' AS date) + (day - CAST('{of}' AS date)), CAST('{add_months(to, 1)}' AS date) - 1)"
        words = {"of": of, "to": to, "until": until, "day": day}
        parts = [COPIED.format(**words)]
        for period, wanted, whole in (("m", True, of), ("d", True, of), ("q", to.month % 3 == 1, FIRST), ("y", to.month == 1, date(2026, 1, 1))):
            if wanted and not (period == "q" and to >= FIRST) and not (period == "y" and to.year >= FIRST.year):
                start = f"CAST('{to}' AS date) + (start - CAST('{whole}' AS date))"
                only = f"AND start < CAST('{whole}' AS date) + 28" if period == "d" else ""
                end = whole + timedelta(days=1) if period in "qy" else until
                parts.append(ROLLED.format(period=period, of=whole, until=end, start=start, only=only))
        with sql.begin(store) as connection, connection.connection.cursor() as cursor:
            cursor.execute("".join(parts))
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")


def one_more_day(store: sa.Engine, server: EmbeddedPostgres, *, tell: bool) -> None:
    """Bring a day more and publish it; say what that took."""
    last = add_months(FIRST, DRAWN) - timedelta(days=1)
    with sql.begin(store) as connection, connection.connection.cursor() as cursor:
        cursor.execute(rollup.DAY.format(day=last, grids=rollup.GRIDS, responses=MONTH // 305, asked=rollup.ASKED))
        facts, cells = cursor.execute(
            "SELECT (SELECT sum(facts) FROM fact_month WHERE fact = 'answer'), (SELECT reltuples FROM pg_class WHERE relname = 'score_rollup')"
        ).fetchone()
    spent, read = rollup.timed_statements(store) if tell else {}, blocks_read(store)
    began, busy = time.monotonic(), server_seconds(server)
    result = publish(store)
    took, used = time.monotonic() - began, server_seconds(server) - busy
    if tell:
        print(f"\none more day beside {facts:,} answers and {cells:,.0f} roll-up rows: {took:.1f} s, processor {used:.1f} s of the server, "
              f"{blocks_read(store) - read:,} blocks looked at, {result.cells_changed:,} cells", flush=True)  # fmt: skip
        rollup.tell_slowest(spent)


def blocks_read(store: sa.Engine) -> int:
    """Blocks of 8 kB the store's sessions have looked at, in memory or on the disk: what no other program's haste changes."""
    store.dispose()  # a session tells when it ends
    time.sleep(1)
    with sql.begin(store) as connection:
        return int(connection.scalar(sa.text("SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()")))


def months_there(store: sa.Engine) -> int:
    with sql.begin(store) as connection:
        return int(connection.scalar(sa.text("SELECT count(*) FROM fact_month WHERE fact = 'answer'")))


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("millions", nargs="*", type=int, default=MILLIONS)
    words.add_argument("--home", type=Path)
    given = words.parse_args()
    rollup.FIRST = FIRST
    with own_server(given.home) as (server, store):
        if not months_there(store):
            rollup.fill(store, MONTH * DRAWN, DRAWN)
            publish(store)
        for millions in given.millions:
            grow(store, max(round(millions * 1_000_000 / MONTH), DRAWN), months_there(store))
            for tell in (False, True):
                one_more_day(store, server, tell=tell)


if __name__ == "__main__":
    main()
