"""What a plan of a whole province costs: proposing it, trying something in the browser, and a card's page.

    python -m tests.bench.targets [ROUNDS]

An own server with 1 + 21 + 137 + 3,000 areas, ten outcomes and six processes measured in grids; requests go through the dashboard's
server as the province's quality department, so they hold reading, row-level security, solving and drawing.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask.testing import FlaskClient

import sql
from dashboard.app import create_app
from dashboard.config import Config
from etl.domain.period import parse
from etl.domain.plan import Nodes, Question, answer
from etl.steps import define, people
from etl.steps.plan import Asked, propose
from sql import roles
from tests.bench.own_server import own_server

PASSWORD, HOST = "a bench's password 1", "http://localhost"
AREAS = """
INSERT INTO area (code, level, name_zh, name_en, sort_key)
SELECT code, level, code, code, code FROM (
    SELECT 'P' AS code, 1 AS level UNION ALL SELECT format('P%s', lpad(c::text, 2, '0')), 2 FROM generate_series(0, 20) c
    UNION ALL SELECT format('P%sC%s', lpad((k % 21)::text, 2, '0'), lpad(k::text, 3, '0')), 3 FROM generate_series(0, 136) k
    UNION ALL SELECT format('P%sC%sG%s', lpad((g % 137 % 21)::text, 2, '0'), lpad((g % 137)::text, 3, '0'), lpad(g::text, 4, '0')), 4
              FROM generate_series(0, 2999) g) n;
INSERT INTO area_parent (area_id, parent_id)
SELECT a.area_id, b.area_id FROM area a JOIN area b ON b.level = a.level - 1
 AND b.code = CASE a.level WHEN 2 THEN 'P' WHEN 3 THEN left(a.code, 3) WHEN 4 THEN left(a.code, 7) END;
SELECT rebuild_area_closure();
INSERT INTO publication (data_from, data_to, answers, forecast_at) VALUES ('2025-01-01', '2026-10-31', 1, now());
INSERT INTO subscriber (area_id, month, business, segment, subscribers, file_id)
SELECT area_id, '2025-12-01', b, 'public', 300 + (area_id * 7919) % 2500, 1 FROM area, unnest(ARRAY['mobile', 'broadband']) b WHERE level = 4;
INSERT INTO estimate (area_id, indicator_id, period, start, parent_id, window_length, n, n_eff, deff, direct, se, low, high, shrunken,
                      shrunken_low, shrunken_high, variance_between, reliability, weight, benchmarked, display, first_rank, last_rank,
                      siblings, funnel, proof_window, first_pub)
SELECT a.area_id, i.indicator_id, 'y', s, 0, 1, 200, 150, 1.3, x, 1, x - 2, x + 2, x, x - 2, x + 2, 4, 0.8, 200, x, 3, 0, 0, 0, 0, 1, 1
FROM area a, indicator i, unnest(ARRAY[date '2025-01-01', date '2026-01-01']) s,
     LATERAL (SELECT 74 + (a.area_id * 31 + i.indicator_id * 17) % 120 / 10.0 AS x) v WHERE i.headline IS NOT NULL;
INSERT INTO ratio_rollup (area_id, indicator_id, period, cut, start, value, n, numerator, denominator, first_pub)
SELECT c.ancestor_id, i.indicator_id, 'y', 'all', '2025-01-01', '', 1, sum(10 + (l.area_id * 13) % 7), sum(20 + l.area_id % 3), 1
FROM area l JOIN area_closure c ON c.descendant_id = l.area_id, indicator i WHERE l.level = 4 AND i.code = ANY(:processes)
GROUP BY 1, 2;
INSERT INTO driver_effect (area_id, outcome_id, driver_id, evidence, level, slope, se, low, high, p, n, clusters, spread, seen_low, seen_high,
                           base, ceiling, proven, chosen, first_month, last_month, first_pub)
SELECT a.area_id, o.indicator_id, d.indicator_id, 'mixed', 4, 0.05, 0.01, 0.03, 0.07, 0.01, 1200, 137, 4, 0, 100, 80, 100, true, true,
       '2024-11-01', '2026-10-01', 1 FROM area a, indicator o, indicator d WHERE a.code = 'P' AND o.headline <= 6 AND d.code = ANY(:processes)
"""
PROCESSES = ["coverage_rate", "connection_rate", "prb_use", "user_rate", "drop_rate", "hall_wait"]


def build(owner: sa.Engine) -> int:
    """The store, up to a proposed plan; its number."""
    roles.ensure_app_role(owner, PASSWORD)
    define.define(owner, define.shipped())
    with sql.begin(owner) as connection:
        for statement in AREAS.split(";\n"):
            connection.execute(sa.text(statement), {"processes": PROCESSES} if ":processes" in statement else {})
        root = int(connection.scalar(sa.text("SELECT area_id FROM area WHERE code = 'P'")))
    people.add_user(owner, "quality", "quality", PASSWORD, actor="bench")
    people.set_scope(owner, "quality", "quality", "P", None, actor="bench")
    began = time.perf_counter()
    made = propose(owner, root, Asked(parse("2026"), lift=0.5), "bench")
    print(f"proposed: {made['targets']:,} targets of {made['areas']:,} areas in {time.perf_counter() - began:.1f} s")
    return int(made["plan"])


def solver(rounds: int) -> list[float]:
    """Seconds of one indicator over the whole tree, solver and display alone."""
    rng = np.random.default_rng(1)
    parent = [0] + [1] * 21 + [2 + k % 21 for k in range(137)] + [23 + g % 137 for g in range(3000)]
    nodes = Nodes.of(range(1, 3160), parent)
    question = Question(nodes, rng.integers(300, 3000, 3159).astype(float), rng.normal(80, 4, 3159), 81.0, cap=np.full(3159, 6.0))
    return timed(lambda: answer(question), rounds)


def timed(act: Callable[[], Any], rounds: int) -> list[float]:
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        spent.append(time.perf_counter() - began)
    return spent


def callback(client: FlaskClient, body: dict[str, Any]) -> None:
    got = client.post("/_dash-update-component", json=body, headers={"Origin": HOST})
    assert got.status_code == 200, got.get_data(as_text=True)[:400]


def what_if(client: FlaskClient, key: str, levels: list[float]) -> Callable[[], None]:
    """The request of a browser in which another target was just written."""
    ids = [{"kind": "tg-try", "name": name} for name in ("asked", "mode")]
    pieces = [{"id": "tg-result", "property": "children"}, [], []]

    def ask() -> None:
        levels[0] += 0.01
        values = [levels[0], "gap"]
        body = {"output": key, "outputs": pieces, "changedPropIds": [f"{json.dumps(ids[0], separators=(',', ':'))}.value"],
                "inputs": [[{"id": one, "property": "value", "value": value} for one, value in zip(ids, values, strict=True)], []],
                "state": [[{"id": one, "property": "id", "value": one} for one in ids], [],
                          {"id": "address", "property": "href", "value": f"{HOST}/targets?period=2026-10"}]}  # fmt: skip
        callback(client, body)

    return ask


def card_page(client: FlaskClient, key: str, codes: list[str]) -> Callable[[], None]:
    """The page of one area after the other."""
    outputs = [{"id": name, "property": prop} for name, prop in (("page", "children"), ("drawn", "data"), ("page-title", "data"))]

    def ask() -> None:
        code = codes.pop()
        codes.insert(0, code)
        href = f"{HOST}/targets?area={code}&period=2026-10"
        callback(client, {"output": key, "outputs": outputs, "changedPropIds": ["address.href"],
                          "inputs": [{"id": "address", "property": "href", "value": href}],
                          "state": [{"id": "drawn", "property": "data", "value": None}]})  # fmt: skip

    return ask


def told(name: str, spent: list[float]) -> None:
    p50, p95 = (1000 * float(np.percentile(spent, level)) for level in (50, 95))
    print(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms ({len(spent)} rounds)")


def main(rounds: int) -> None:
    """Build, ask, print."""
    told("solver and display, one indicator, 3,159 areas", solver(rounds))
    with own_server() as (_, owner):
        build(owner)
        url = owner.url.set(username=roles.APP_ROLE, password=PASSWORD).render_as_string(hide_password=False)
        app = create_app(Config(database_url=url, secret="for the bench alone", demo=True))
        client = app.server.test_client()
        client.post("/login", data={"login": "quality", "password": PASSWORD}, headers={"Origin": HOST})
        tried = next(key for key in app.callback_map if "tg-result" in key)
        drawn = next(key for key in app.callback_map if "page-title.data" in key)
        with sql.begin(owner) as connection:
            codes = list(connection.scalars(sa.text("SELECT code FROM area WHERE level < 4 ORDER BY md5(code)")))
        level = 0.0
        with sql.begin(owner) as connection:
            level = float(
                connection.scalar(sa.text("SELECT target FROM plan_target WHERE parent_id = 0 ORDER BY indicator_id LIMIT 1"))
            )
        told("what-if, round trip for the whole province", timed(what_if(client, tried, [level]), rounds))
        told("page of a card, province to county", timed(card_page(client, drawn, codes), rounds))
        app.server.extensions["manyi"].store.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
