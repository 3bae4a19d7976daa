"""A satisfaction index, words and invitations on top of the sample operator (a store of its own)."""

from __future__ import annotations

import json
import uuid
from datetime import date

import numpy as np
import sqlalchemy as sa

import sql
from etl.domain.tcsi import estimate
from etl.domain.tcsi_model import read_model
from etl.domain.tcsi_record import record
from etl.steps import define
from tests.dashboard import sample
from tests.etl.domain.tcsi_sample import drawn

MONTHS = [date(2025 + (at + 9) // 12, (at + 9) % 12 + 1, 1) for at in range(13)]  # 2025-10 to 2026-10
OCTOBER = date(2026, 10, 1)
GAP = 3.0  # points more expected than perceived, everywhere
RIVAL = "竞品客户的话"
THIN = "440117"  # a county where hardly anybody was asked
ROLL = """
INSERT INTO tcsi_rollup (area_id, business, construct, period, start, n, sw, sw2, swx, swx2, vintage_id, first_pub)
SELECT c.ancestor_id, 'mobile', l.construct, k.period, CAST(date_trunc(k.unit, l.start) AS date), sum(l.n), sum(l.n), sum(l.n),
       sum(l.swx), sum(l.swx2), 1, 1
FROM tcsi_leaf l JOIN area_closure c ON c.descendant_id = l.area_id
CROSS JOIN (VALUES ('m', 'month'), ('q', 'quarter'), ('y', 'year')) AS k (period, unit)
GROUP BY 1, 3, 4, 5
"""


def build(owner: sa.Engine) -> None:
    """The sample operator, asked for its satisfaction index by 13 months, its October said in words in one county."""
    sample.build(owner, scored=("mobile_overall", "tariff"))
    rng = np.random.default_rng(12)
    with sql.begin(owner) as connection:
        _vintage(connection)
        areas = {row.code: row.area_id for row in connection.execute(sa.text("SELECT code, area_id FROM area"))}
        _leaves(connection, areas, rng)
        connection.exec_driver_sql(ROLL)
        connection.execute(sa.text("SELECT ensure_partitions('2026-09-01', '2026-11-30')"))
        _invited(connection, areas)
        _words(connection, areas, rng)


def _vintage(connection: sa.Connection) -> None:
    told = define.shipped()["tcsi"]
    found = estimate(read_model(told), drawn(600, np.random.default_rng(4)), samples=50, rng=np.random.default_rng(5))
    kept = record(found)
    sql.one(connection, "etl/tcsi_vintage_add", business="mobile", year=2025, scheme="path", n=600, p=1, model=json.dumps(told),
            weights=json.dumps(kept["item_weights"]), estimates=json.dumps(kept))  # fmt: skip


def _leaves(connection: sa.Connection, areas: dict[str, int], rng: np.random.Generator) -> None:
    connection.exec_driver_sql("CREATE TEMP TABLE tcsi_leaf (area_id integer, construct text, start date, n bigint, swx float8, "
                               "swx2 float8) ON COMMIT DROP")  # fmt: skip
    rows = []
    codes = ("image", "expectation", "quality", "value", "satisfaction", "complaints", "loyalty")
    for code, area in areas.items():
        if "-g" not in code:
            continue
        for month in MONTHS:
            n = (1 if month == OCTOBER and code.endswith("g1") else 0) if code.startswith(THIN) else int(rng.integers(6, 16))
            if not n:
                continue
            scores = {name: np.clip(rng.normal(75, 12, n), 0, 100) for name in codes}
            scores["expectation-quality"] = rng.normal(GAP, 8, n)
            rows += [(area, name, month, n, float(x.sum()), float((x * x).sum())) for name, x in scores.items()]
    sql.copy(connection, "tcsi_leaf", ("area_id", "construct", "start", "n", "swx", "swx2"), rows)


def _invited(connection: sa.Connection, areas: dict[str, int]) -> None:
    rows = [
        (areas["440106-g1"], day, uuid.uuid4(), brand, "phone", "mobile", asked, answered, 1)
        for day, brand, asked, answered in (
            (date(2026, 10, 5), "own", 1000, 300), (date(2026, 9, 5), "own", 1000, 100), (date(2026, 10, 5), "rival", 50, 50),
        )
    ]  # fmt: skip
    sql.copy(connection, "invitation", ("area_id", "day", "invitation_id", "brand", "mode", "business", "asked", "answered", "file_id"), rows)


def _rival(responses: list[tuple], answers: list[tuple], details: list[tuple], one: tuple, key: int) -> None:
    """A competitor's customer among them, whose words are not ours to show."""
    responses.append((*one, "rival", "phone", "mobile", "public", "5g", "after", "none", 1))
    answers.append((*one, key, 3, "1-10", 2 / 9 * 100))
    details.append((*one, ["信号"], RIVAL))


def _words(connection: sa.Connection, areas: dict[str, int], rng: np.random.Generator) -> None:
    """60 customers of Tianhe answer tariff in October: 30 with a low score, of whom 25 speak, 4 of them of the bill."""
    key = connection.scalar(sa.text("SELECT indicator_id FROM indicator WHERE code = 'tariff'"))
    responses, answers, details = [], [], []
    for at in range(60):
        area, day, one = areas["440106-g1"], date(2026, 10, 1 + at % 28), uuid.UUID(bytes=rng.bytes(16))
        raw = 3 if at < 30 else 9
        responses.append((area, day, one, "own", "phone", "mobile", "public", "5g", "after", "none", 1))
        answers.append((area, day, one, key, raw, "1-10", (raw - 1) / 9 * 100))
        if at < 25 or at == 40:
            details.append((area, day, one, ["账单"] if at < 4 else ["信号"], f"第{at}位客户的话 [手机号]"))
    _rival(responses, answers, details, (areas["440106-g1"], date(2026, 10, 9), uuid.UUID(bytes=rng.bytes(16))), key)
    columns = ("area_id", "day", "response_id", "brand", "mode", "business", "segment", "generation", "stage", "channel", "file_id")
    sql.copy(connection, "response", columns, responses)
    sql.copy(connection, "answer", ("area_id", "day", "response_id", "indicator_id", "raw", "scale", "score"), answers)
    sql.copy(connection, "response_detail", ("area_id", "day", "response_id", "tags", "verbatim"), details)
    counts = [0, 0, 0, 30, 0, 0, 0, 0, 0, 30, 0]
    connection.execute(
        sa.text("UPDATE score_rollup SET counts = :counts, n = 60 WHERE indicator_id = :key AND cut = 'all' AND period = 'm' "
                "AND start = '2026-10-01' AND area_id IN (SELECT ancestor_id FROM area_closure WHERE descendant_id = :area)"),
        {"counts": counts, "key": key, "area": areas["440106-g1"]},
    )  # fmt: skip
    feed = {"answers": {"tariff": {"header": "t", "scale": "1-10"}, "mobile_overall": {"header": "m", "scale": "1-10"}}}
    connection.execute(sa.text("INSERT INTO feed (feed_id, kind, declaration) VALUES ('s', 'survey', CAST(:told AS jsonb))"),
                       {"told": json.dumps(feed)})  # fmt: skip
