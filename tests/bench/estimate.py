"""How long estimating takes: ``python -m tests.bench.estimate [OUTCOMES] [MONTHS] [ANSWERS]`` on an embedded Postgres of its own.

A province of 21 cities, 137 counties and 3,000 grids whose roll-ups are there, about ANSWERS answers a grid, outcome and month:
reads the sums, estimates months, quarters and years, and writes the estimates; then the same for one more month alone.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import date

import sqlalchemy as sa

import sql
from etl.domain.period import add_months
from etl.steps import define
from etl.steps.estimate import estimate
from sql.embedded import EmbeddedPostgres
from tests.bench.measure import server_seconds
from tests.bench.own_server import own_server
from tests.bench.rollup import CITIES, COUNTIES, FIRST, GRIDS, TREE

SUMS = """
SELECT setseed(0.5);
CREATE TEMP TABLE drawn AS
SELECT g.area_id, i.indicator_id, CAST(m AS date) AS start, n, n * 1.5 AS sw, n * 2.6 AS sw2, x,
       n * 1.5 * x AS swx, n * 1.5 * (x * x + 480) AS swx2
FROM (SELECT area_id, 70 + 4 * (random() + random() + random() - 1.5) AS level FROM area WHERE level = 4) g
CROSS JOIN (SELECT indicator_id FROM indicator WHERE fact = 'answer' AND kind <> 'item' ORDER BY 1 LIMIT {outcomes}) i
CROSS JOIN generate_series(CAST('{first}' AS date), CAST('{last}' AS date), interval '1 month') m
CROSS JOIN LATERAL (SELECT CAST(floor({answers} * 2 * random() * (1 + 0 * g.area_id + 0 * i.indicator_id)) AS int) AS n) counted
CROSS JOIN LATERAL (SELECT g.level + 22 / sqrt(greatest(n, 1)) * (random() + random() + random() + random() - 2) * 1.7 AS x) scored
WHERE n > 0;
INSERT INTO score_rollup
SELECT c.ancestor_id, d.indicator_id, p.kind, 'all', CAST(date_trunc(p.unit, CAST(d.start AS timestamp)) AS date), '',
       sum(n), sum(sw), sum(sw2), sum(swx), sum(swx2), '{{}}', 1
FROM drawn d JOIN area_closure c ON c.descendant_id = d.area_id
CROSS JOIN (VALUES ('m', 'month'), ('q', 'quarter'), ('y', 'year')) AS p (kind, unit)
GROUP BY c.ancestor_id, d.indicator_id, p.kind, date_trunc(p.unit, CAST(d.start AS timestamp));
"""
SPANS = """
CREATE TEMP TABLE rollup_span ON COMMIT DROP AS
SELECT DISTINCT period, start FROM score_rollup WHERE start >= '{since}' OR (period <> 'm' AND start >= date_trunc(
    CASE period WHEN 'q' THEN 'quarter' ELSE 'year' END, CAST('{since}' AS timestamp)))
"""


def fill(store: sa.Engine, outcomes: int, months: int, answers: float) -> None:
    define.define(store, define.shipped())
    words = {"cities": CITIES, "counties": COUNTIES, "grids": GRIDS, "outcomes": outcomes, "first": FIRST,
             "last": add_months(FIRST, months - 1), "answers": answers}  # fmt: skip
    with sql.begin(store) as connection, connection.connection.cursor() as cursor:
        cursor.execute((TREE + SUMS).format(**words))
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def run(store: sa.Engine, server: EmbeddedPostgres, publication: int, since: date, until: date) -> None:
    began, busy, used = time.monotonic(), server_seconds(server), time.process_time()
    with sql.begin(store) as connection:
        connection.exec_driver_sql(SPANS.format(since=since))
        changed = estimate(connection, publication, FIRST, until)
    print(
        f"since {since}: {changed:,} estimates in {time.monotonic() - began:.1f} s; processor {time.process_time() - used:.1f} s"
        f" and {server_seconds(server) - busy:.1f} s of the server; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
    )


def main() -> None:
    outcomes, months, answers = (float(word) for word in (*sys.argv[1:], *("10", "24", "11")[len(sys.argv) - 1 :]))
    with own_server() as (server, store):
        fill(store, int(outcomes), int(months), answers)
        last = add_months(FIRST, int(months) - 1)
        run(store, server, 1, FIRST, last)
        with sql.begin(store) as connection:
            connection.execute(sa.text("UPDATE score_rollup SET n = n + 1, swx = swx + 30, swx2 = swx2 + 900, sw = sw + 1.5, "
                                       "sw2 = sw2 + 2.25 WHERE start = :m AND period = 'm'"), {"m": last})  # fmt: skip
        run(store, server, 2, last, last)


if __name__ == "__main__":
    main()
