"""What today's tree costs: ``python -m tests.bench.restated [ANSWERS] [MONTHS]`` on an embedded Postgres of its own.

One grid in a hundred moved to another county in the middle of the history. Publications with and without restated figures, a move
that comes without facts, and how long the overview's largest reads take under either tree.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

import sql
from etl.domain.period import add_months
from etl.steps import restate
from etl.steps.publish import publish
from sql.embedded import EmbeddedPostgres
from tests.bench.measure import server_seconds
from tests.bench.own_server import own_server
from tests.bench.rollup import ASKED, DAY, FIRST, GRIDS, fill

MOVE = """
CREATE TEMP TABLE moving ON COMMIT DROP AS
SELECT g.area_id, (SELECT area_id FROM area WHERE code = 'K' || ((substr(g.code, 2)::int + {step}) % 137 + 1)) AS parent_id
FROM area g WHERE g.level = 4 AND substr(g.code, 2)::int % {every} = {rest};
UPDATE area_parent SET valid_to = '{day}' WHERE area_id IN (SELECT area_id FROM moving);
INSERT INTO area_parent (area_id, parent_id, valid_from) SELECT area_id, parent_id, '{day}' FROM moving;
SELECT rebuild_area_closure();
"""
READS = 200


def move(store: sa.Engine, **words: object) -> None:
    """Grids into other counties, from a day on."""
    with sql.begin(store) as connection, connection.connection.cursor() as cursor:
        cursor.execute(MOVE.format(**words))


def timed(what: str, server: EmbeddedPostgres, work: Callable[[], object]) -> None:
    """Print what took how long."""
    began, busy = time.monotonic(), server_seconds(server)
    work()
    print(f"{what}: {time.monotonic() - began:.1f} s, processor {server_seconds(server) - busy:.1f} s", flush=True)


def day(store: sa.Engine, months: int, answers: int) -> None:
    """One more day of answers."""
    last = add_months(FIRST, months) - timedelta(days=1)
    with sql.begin(store) as connection, connection.connection.cursor() as cursor:
        cursor.execute(DAY.format(day=last, grids=GRIDS, responses=answers // ASKED, asked=ASKED))


def without(store: sa.Engine) -> None:
    """A publication that restates nothing."""
    plan = restate.plan
    restate.plan = lambda connection: replace(plan(connection), shifts=(), news=False)
    publish(store)
    restate.plan = plan


def read_times(store: sa.Engine, months: int) -> None:
    """The overview's reads of one county and its grids: 25 months of all indicators; median and 95th percentile."""
    with sql.begin(store) as connection:
        county = connection.scalar(
            sa.text("SELECT node_id FROM area_shift JOIN area ON area.area_id = node_id WHERE level = 3 LIMIT 1")
        )
        areas = (
            connection.execute(
                sa.text("SELECT area_id FROM area_parent WHERE parent_id = :area UNION SELECT :area"), {"area": county}
            )
            .scalars()
            .all()
        )
        words = {"p": connection.scalar(sa.text("SELECT max(publication_id) FROM publication")), "areas": list(areas),
                 "indicators": list(connection.execute(sa.text("SELECT indicator_id FROM indicator WHERE fact = 'answer'")).scalars()),
                 "periods": ["m"], "starts": [add_months(FIRST, n) for n in range(months)], "cuts": ["all"]}  # fmt: skip
        for name in ("score_cells", "score_cells_today"):
            spent = []
            for _ in range(READS):
                began = time.monotonic()
                rows = len(connection.execute(sql.statement(f"dashboard/{name}"), words).all())
                spent.append(1000 * (time.monotonic() - began))
            print(
                f"{name}: {rows} rows, median {statistics.median(spent):.1f} ms, p95 {statistics.quantiles(spent, n=20)[-1]:.1f} ms"
            )


def main() -> None:
    answers, months = (int(word) for word in (*sys.argv[1:], *("100000", "6")[len(sys.argv) - 1 :]))
    with own_server() as (server, store):
        fill(store, answers, months)
        move(store, step=1, every=100, rest=0, day=add_months(FIRST, months // 2))
        timed("all months, nothing restated", server, lambda: without(store))
        timed("the tree alone is news", server, lambda: publish(store))
        timed("all months, restated", server, lambda: publish(store, everything=True))
        for what, publication in (("nothing restated", without), ("restated", publish)):
            day(store, months, answers // (30 * months))
            timed(f"one more day, {what}", server, lambda done=publication: done(store))
        move(store, step=2, every=1000, rest=7, day=add_months(FIRST, months))
        timed("three grids move later, no facts", server, lambda: publish(store))
        read_times(store, months)
        with sql.begin(store) as connection:
            for table in ("score_rollup", "score_shift", "ratio_rollup", "ratio_shift"):
                print(
                    f"{table}: {connection.scalar(sa.text(f'SELECT count(*) FROM {table} WHERE last_pub = 2147483647')):,} rows"
                )


if __name__ == "__main__":
    main()
