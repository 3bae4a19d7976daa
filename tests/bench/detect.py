"""How long detection takes: ``python -m tests.bench.detect [INDICATORS] [MONTHS] [ANSWERS]`` on an embedded Postgres of its own.

A province of 21 cities, 137 counties and 3,000 grids whose monthly roll-ups are there, every indicator an outcome watched down to
the grid and cut by mode down to the county: the whole past at first, then one more month.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import datetime, timedelta

import sqlalchemy as sa

import sql
from etl.domain.period import add_months
from etl.steps import define
from etl.steps.detect import detect
from sql.embedded import EmbeddedPostgres
from tests.bench.measure import server_seconds
from tests.bench.own_server import own_server
from tests.bench.rollup import CITIES, COUNTIES, FIRST, GRIDS, TREE

MORE = """
INSERT INTO indicator (code, name_zh, name_en, short_zh, short_en, unit, direction, kind, line_id, fact, author, checked_by,
                       reviewed_on, review_due, definition_zh, definition_en)
SELECT 'more_' || n, 'x', 'x', 'x', 'x', 'x', 1, 'outcome', line_id, 'answer', 'x', 'x', reviewed_on, review_due, 'x', 'x'
FROM indicator, generate_series(11, {indicators}) n WHERE code = 'mobile_overall';
"""
SUMS = """
SELECT setseed(0.5);
CREATE TEMP TABLE drawn AS
SELECT g.area_id, i.indicator_id, CAST(m AS date) AS start, n, n * (g.level + 22 / sqrt(n) * (random() + random() + random() - 1.5) * 2) AS x
FROM (SELECT area_id, 70 + 4 * (random() + random() + random() - 1.5) AS level FROM area WHERE level = 4) g
CROSS JOIN (SELECT indicator_id FROM indicator WHERE kind = 'outcome') i
CROSS JOIN generate_series(CAST('{first}' AS date), CAST('{last}' AS date), interval '1 month') m
CROSS JOIN LATERAL (SELECT 1 + CAST(floor({answers} * 2 * random() * (1 + 0 * g.area_id + 0 * i.indicator_id)) AS int) AS n) counted;
CREATE TEMP TABLE summed AS
SELECT c.ancestor_id AS area_id, d.indicator_id, d.start, sum(n) AS n, sum(x) AS x
FROM drawn d JOIN area_closure c ON c.descendant_id = d.area_id GROUP BY 1, 2, 3;
INSERT INTO score_rollup SELECT area_id, indicator_id, 'm', 'all', start, '', n, n, n, x, x * x / n + 484 * n, '{{}}', 1 FROM summed;
INSERT INTO score_rollup
SELECT s.area_id, indicator_id, 'm', 'mode', start, mode, n * part, n * part, n * part, x * part, x * x / n * part + 484 * n * part, '{{}}', 1
FROM summed s JOIN area a USING (area_id)
CROSS JOIN (VALUES ('scene', 0.35), ('sms', 0.30), ('phone', 0.20), ('internet', 0.15)) AS m (mode, part) WHERE a.level < 4;
"""
PUBLISHED = "INSERT INTO publication (data_from, data_to) VALUES ('{first}', '{last}')"
REACH = "INSERT INTO coverage SELECT max(publication_id), a.area_id, 'answer', '{last}' FROM publication, area a WHERE level = 3 GROUP BY 2"


def fill(store: sa.Engine, indicators: int, months: int, answers: float) -> None:
    define.define(store, define.shipped())
    words = {"cities": CITIES, "counties": COUNTIES, "grids": GRIDS, "indicators": indicators, "first": FIRST,
             "last": add_months(FIRST, months - 1), "answers": answers}  # fmt: skip
    with sql.begin(store) as connection, connection.connection.cursor() as cursor:
        cursor.execute((TREE + MORE + SUMS).format(**words))
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def run(store: sa.Engine, server: EmbeddedPostgres, months: int) -> None:
    last = add_months(FIRST, months) - timedelta(days=1)
    with sql.begin(store) as connection:
        for text in (PUBLISHED, REACH):
            connection.exec_driver_sql(text.format(first=FIRST, last=last))
    began, busy, used = time.monotonic(), server_seconds(server), time.process_time()
    found = detect(store, datetime.now().astimezone())
    print(
        f"{months} months: {found} in {time.monotonic() - began:.1f} s; processor {time.process_time() - used:.1f} s"
        f" and {server_seconds(server) - busy:.1f} s of the server; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB",
        flush=True,
    )


def main() -> None:
    indicators, months, answers = (float(word) for word in (*sys.argv[1:], *("50", "24", "11")[len(sys.argv) - 1 :]))
    with own_server() as (server, store):
        fill(store, int(indicators), int(months), answers)
        run(store, server, int(months) - 1)
        run(store, server, int(months))


if __name__ == "__main__":
    main()
