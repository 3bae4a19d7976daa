"""How long a publication takes: ``python -m tests.bench.rollup [ANSWERS] [MONTHS]`` on an embedded Postgres of its own.

A province of 21 cities, 137 counties and 3,000 grids; about ten answers a response; prints the seconds of each statement.
``--day``: only what one more day costs beside that history, of which the last calendar year is published before.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from datetime import date, timedelta

import sqlalchemy as sa

import sql
from etl.domain.period import add_months
from etl.steps import define
from etl.steps.publish import publish
from sql.embedded import EmbeddedPostgres
from tests.bench.measure import server_seconds
from tests.bench.own_server import own_server

CITIES, COUNTIES, GRIDS = 21, 137, 3000
ASKED = 10  # answers a response
FIRST = date(2024, 11, 1)

TREE = """
INSERT INTO area (code, level, name_zh, name_en) VALUES ('P', 1, 'P', 'P');
INSERT INTO area (code, level, name_zh, name_en) SELECT 'C' || i, 2, 'C' || i, 'C' || i FROM generate_series(1, {cities}) i;
INSERT INTO area (code, level, name_zh, name_en) SELECT 'K' || i, 3, 'K' || i, 'K' || i FROM generate_series(1, {counties}) i;
INSERT INTO area (code, level, name_zh, name_en, urban)
SELECT 'G' || i, 4, 'G' || i, 'G' || i, i % 3 > 0 FROM generate_series(1, {grids}) i;
INSERT INTO area_parent (area_id, parent_id)
SELECT c.area_id, p.area_id FROM area c JOIN area p ON p.code = CASE c.level WHEN 2 THEN 'P'
    WHEN 3 THEN 'C' || (substr(c.code, 2)::int % {cities} + 1) ELSE 'K' || (substr(c.code, 2)::int % {counties} + 1) END
WHERE c.level > 1;
SELECT rebuild_area_closure();
INSERT INTO brand VALUES ('own', '本', 'Own', true), ('rival', '竞', 'Rival', false) ON CONFLICT DO NOTHING;
"""
FACTS = """
CREATE TEMP TABLE grid AS SELECT area_id, row_number() OVER () AS k FROM area WHERE level = 4;
CREATE TEMP TABLE asked AS SELECT indicator_id, row_number() OVER () AS k FROM indicator WHERE fact = 'answer' AND kind <> 'item';
SELECT setseed(0.5);
CREATE TEMP TABLE drawn AS
SELECT (random() * {grids})::int % {grids} + 1 AS g, '{first}'::date + (random() * {days})::int AS day, gen_random_uuid() AS response_id,
       (ARRAY['own', 'own', 'own', 'own', 'rival'])[1 + (random() * 4.99)::int % 5] AS brand,
       (ARRAY['scene', 'sms', 'phone', 'internet'])[1 + (random() * 3.99)::int % 4] AS mode,
       (ARRAY['mobile', 'broadband'])[1 + (random() * 1.99)::int % 2] AS business,
       (ARRAY['public', 'public', 'elderly', 'special'])[1 + (random() * 3.99)::int % 4] AS segment,
       (ARRAY['4g', '5g', 'fixed', 'unknown'])[1 + (random() * 3.99)::int % 4] AS generation,
       (ARRAY['pre', 'sale', 'after'])[1 + (random() * 2.99)::int % 3] AS stage,
       (ARRAY['hall', 'hotline', 'app', 'engineer', 'none'])[1 + (random() * 4.99)::int % 5] AS channel
FROM generate_series(1, {responses});
INSERT INTO response (area_id, day, response_id, brand, mode, business, segment, generation, stage, channel, file_id)
SELECT grid.area_id, day, response_id, brand, mode, business, segment, generation, stage, channel, 1 FROM drawn JOIN grid ON grid.k = g;
INSERT INTO answer (area_id, day, response_id, indicator_id, raw, scale, score)
SELECT grid.area_id, d.day, d.response_id, a.indicator_id, r.raw, '1-10', (r.raw - 1) / 9.0 * 100
FROM drawn d JOIN grid ON grid.k = g JOIN asked a ON (a.k + g) % 19 < {asked}
CROSS JOIN LATERAL (SELECT 1 + ((hashtext(d.response_id::text || a.k) % 10) + 10) % 10 AS raw) r;
INSERT INTO complaint (area_id, day, complaint_id, number, opened_at, due_at, closed_at, brand, business, segment, generation, stage, channel,
                       topic1, topic2, status, resolved, customer, file_id)
SELECT grid.area_id, day, response_id, response_id::text, day + interval '9 hours', day + interval '3 days', day + interval '2 days', 'own',
       business, segment, generation, stage, channel, 't', mode, 'closed', random() < 0.8, decode(to_hex(g), 'escape'), 1
FROM drawn JOIN grid ON grid.k = g WHERE random() < 0.3;
INSERT INTO process_reading (area_id, day, reading_id, at, indicator_id, numerator, denominator, file_id)
SELECT grid.area_id, d, gen_random_uuid(), d, i.indicator_id, random() * 100, 100, 1
FROM grid CROSS JOIN generate_series('{first}'::date, '{last}'::date, interval '14 days') d
CROSS JOIN (SELECT indicator_id FROM indicator WHERE fact = 'process' LIMIT 6) i;
INSERT INTO subscriber SELECT area_id, m, b, s, (500 + random() * 5000)::int, 1
FROM grid CROSS JOIN generate_series('{first}'::date, '{last}'::date, interval '1 month') m
CROSS JOIN unnest(ARRAY['mobile', 'broadband']) b CROSS JOIN unnest(ARRAY['public', 'elderly', 'special']) s;
INSERT INTO touched SELECT f, m, 1 FROM generate_series('{first}'::date, '{last}'::date, interval '1 month') m
CROSS JOIN unnest(ARRAY['answer', 'complaint', 'process']) f;
"""
DAY = """
CREATE TEMP TABLE day_drawn ON COMMIT DROP AS
SELECT g.area_id, '{day}'::date AS day, gen_random_uuid() AS response_id, ((random() * {grids})::int) AS k
FROM generate_series(1, {responses}) i JOIN LATERAL (
    SELECT area_id FROM area WHERE code = 'G' || (i * 7919 % {grids} + 1)) g ON true;
INSERT INTO response (area_id, day, response_id, brand, mode, business, segment, generation, stage, channel, file_id)
SELECT area_id, day, response_id, 'own', (ARRAY['scene', 'sms', 'phone', 'internet'])[1 + k % 4], 'mobile', 'public', '5g', 'after', 'app', 2 FROM day_drawn;
INSERT INTO answer (area_id, day, response_id, indicator_id, raw, scale, score)
SELECT d.area_id, d.day, d.response_id, a.indicator_id, 1 + k % 10, '1-10', (k % 10) / 9.0 * 100
FROM day_drawn d CROSS JOIN (SELECT indicator_id FROM indicator WHERE fact = 'answer' AND kind <> 'item' ORDER BY 1 LIMIT {asked}) a;
INSERT INTO touched VALUES ('answer', date_trunc('month', '{day}'::date), 2) ON CONFLICT DO NOTHING;
"""


def fill(store: sa.Engine, answers: int, months: int) -> None:
    """A synthetic operator."""
    last = add_months(FIRST, months)
    words = {"cities": CITIES, "counties": COUNTIES, "grids": GRIDS, "first": FIRST, "last": add_months(FIRST, months - 1),
             "days": (last - FIRST).days - 1, "responses": answers // ASKED, "asked": ASKED}  # fmt: skip
    define.define(store, define.shipped())
    with sql.begin(store) as connection:
        connection.execute(sa.text("SELECT ensure_partitions(:first, :last)"), {"first": FIRST, "last": last})
        with connection.connection.cursor() as cursor:
            cursor.execute((TREE + FACTS).format(**words))
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def timed_statements(store: sa.Engine) -> dict[str, float]:
    """Seconds by the first line of each statement, filled as they run."""
    spent: dict[str, float] = defaultdict(float)
    sa.event.listen(store, "before_cursor_execute", lambda *given: setattr(given[4], "began", time.monotonic()))
    sa.event.listen(
        store, "after_cursor_execute",
        lambda _c, _cur, text, _p, context, _m: spent.__setitem__(text[:90].replace("\n", " "), spent[text[:90].replace("\n", " ")] + time.monotonic() - context.began),
    )  # fmt: skip
    return spent


def one_more_day(store: sa.Engine, server: EmbeddedPostgres, day: date, answers: int) -> None:
    """Publish the last year of the history, then a day more, and tell what that took and what it changed."""
    with sql.begin(store) as connection:
        connection.execute(sa.text("DELETE FROM touched WHERE month < :since"), {"since": day.replace(month=1, day=1)})
    publish(store)
    with sql.begin(store) as connection, connection.connection.cursor() as cursor:
        cursor.execute(DAY.format(day=day, grids=GRIDS, responses=answers // ASKED, asked=ASKED))
    spent = timed_statements(store)
    began, busy = time.monotonic(), server_seconds(server)
    result = publish(store)
    with sql.begin(store) as connection:
        facts = connection.scalar(sa.text("SELECT count(*) FROM answer"))
    print(f"one more day of {answers:,} answers beside {facts - answers:,}: {time.monotonic() - began:.1f} s, "
          f"processor {server_seconds(server) - busy:.1f} s, {result.cells_changed:,} cells")  # fmt: skip
    tell_slowest(spent)


def tell_slowest(spent: dict[str, float]) -> None:
    for text, seconds in sorted(spent.items(), key=lambda item: -item[1])[:14]:
        print(f"{seconds:7.2f}  {text}")


def main() -> None:
    given = [word for word in sys.argv[1:] if word != "--day"]
    answers, months = (int(word) for word in (*given, *("1300000", "24")[len(given) :]))
    with own_server() as (server, store):
        fill(store, answers, months)
        if "--day" in sys.argv:
            last = add_months(FIRST, months)
            one_more_day(store, server, last - timedelta(days=1), round(answers / (last - FIRST).days))
            return
        for kind in ("all months", "one month"):
            spent = timed_statements(store)
            began, busy = time.monotonic(), server_seconds(server)
            result = publish(store)
            print(
                f"\n{kind}: {time.monotonic() - began:.1f} s, processor {server_seconds(server) - busy:.1f} s, {result.answers} answers, {result.cells_changed} cells"
            )
            tell_slowest(spent)
            with sql.begin(store) as connection:
                connection.execute(sa.text("DELETE FROM complaint WHERE day = (SELECT max(day) FROM complaint)"))
                connection.execute(
                    sa.text("INSERT INTO touched SELECT f, :m, 2 FROM unnest(ARRAY['answer', 'complaint']) f"),
                    {"m": add_months(FIRST, months - 1)},
                )


if __name__ == "__main__":
    main()
