"""A small operator with random facts and a tree that changes, and its figures recomputed by pandas from the facts alone."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import numpy as np
import pandas as pd
import sqlalchemy as sa

import sql
from etl.steps import define

FIRST, LAST = date(2026, 3, 1), date(2026, 7, 24)
MOVED, SPLIT = date(2026, 5, 13), date(2026, 6, 10)  # a3 goes from county A to county B; a1 becomes a1x and a1y
SCORED = ("mobile_overall", "tariff", "coverage_signal")
READ = ("hotline_wait", "prb_use")

TREE = """
P    1 administrative -  -
C1   2 administrative P  -
C2   2 organisation   P  -
A    3 administrative C1 -
B    3 administrative C1 -
D    3 organisation   C2 -
P-?  2 unknown        P  -
P-?-?   3 unknown     P-?   -
P-?-?-? 4 unknown     P-?-? -
A-?  4 unknown        A  -
a1   4 administrative A  urban
a2   4 administrative A  rural
a3   4 administrative A  urban
b1   4 administrative B  rural
b2   4 administrative B  -
d1   4 administrative D  urban
a1x  4 administrative A  urban
a1y  4 administrative A  urban
"""


def build(owner: sa.Engine, seed: int = 1, responses: int = 1200, *, joint: bool = False) -> dict[str, int]:
    """Fill an empty migrated store; area ids by code. ``joint``: what would give a small score away is hidden, too; of an operator
    so thin that is nearly everything, and nearly all a publication has to do."""
    define.define(owner, define.shipped())
    rng = np.random.default_rng(seed)
    with sql.begin(owner) as connection:
        connection.exec_driver_sql("INSERT INTO brand VALUES ('own', '本', 'Own', true), ('rival', '竞', 'Rival', false) ON CONFLICT DO NOTHING")
        ids = _tree(connection)
        connection.execute(sa.text("SELECT ensure_partitions(:first, :last)"), {"first": FIRST, "last": date(2026, 9, 1)})
        _touchpoints(connection, ids)
        add_responses(connection, ids, rng, responses, FIRST, LAST)
        _readings(connection, ids, rng)
        add_complaints(connection, ids, rng, 300, FIRST, LAST)
        _subscribers(connection, ids, rng)
        touch(connection, pd.date_range(FIRST, LAST, freq="MS").date)
        connection.execute(sa.text("UPDATE policy SET value = :joint WHERE name = 'joint_suppression'"), {"joint": int(joint)})
    return ids


def _tree(connection: sa.Connection) -> dict[str, int]:
    ids: dict[str, int] = {}
    for line in TREE.strip().splitlines():
        code, level, kind, parent, urban = line.split()
        since = SPLIT if code in ("a1x", "a1y") else date(1900, 1, 1)
        until = SPLIT if code == "a1" else date.max
        ids[code] = connection.scalar(
            sa.text("INSERT INTO area (code, level, kind, name_zh, name_en, urban, valid_from, valid_to) "
                    "VALUES (:code, :level, :kind, :code, :code, :urban, :since, :until) RETURNING area_id"),
            {"code": code, "level": int(level), "kind": kind, "urban": {"urban": True, "rural": False}.get(urban),
             "since": since, "until": until},
        )  # fmt: skip
        if parent != "-":
            _link(connection, ids[code], ids[parent], since, MOVED if code == "a3" else until)
    _link(connection, ids["a3"], ids["B"], MOVED, date.max)
    connection.execute(sa.text("UPDATE area SET valid_to = 'infinity' WHERE valid_to = '9999-12-31'"))
    connection.execute(sa.text("UPDATE area_parent SET valid_to = 'infinity' WHERE valid_to = '9999-12-31'"))
    connection.execute(sa.text("SELECT rebuild_area_closure()"))
    return ids


def _link(connection: sa.Connection, child: int, parent: int, since: date, until: date) -> None:
    connection.execute(
        sa.text("INSERT INTO area_parent VALUES (:child, :parent, :since, :until)"),
        {"child": child, "parent": parent, "since": since, "until": until},
    )


def leaves_on(day: date) -> list[str]:
    late = day >= SPLIT
    return ["a2", "a3", "b1", "b2", "d1", "A-?", "P-?-?-?", *(("a1x", "a1y") if late else ("a1",))]


def _touchpoints(connection: sa.Connection, ids: dict[str, int]) -> None:
    for code, kind in (("H1", "hall"), ("T1", "hotline")):
        connection.execute(
            sa.text("INSERT INTO touchpoint (code, kind, name_zh, name_en, area_id) VALUES (:code, :kind, :code, :code, :area)"),
            {"code": code, "kind": kind, "area": ids["a2"]},
        )


def _some_day(rng: np.random.Generator, first: date, last: date) -> date:
    return first + timedelta(days=int(rng.integers((last - first).days + 1)))


def _dims(rng: np.random.Generator) -> dict[str, str]:
    choices = {"business": ["mobile", "broadband"], "segment": ["public", "elderly", "special"], "generation": ["4g", "5g", "unknown"],
               "stage": ["pre", "sale", "after"], "channel": ["hall", "app", "none"]}  # fmt: skip
    return {name: str(rng.choice(values)) for name, values in choices.items()}


def add_responses(connection: sa.Connection, ids: dict[str, int], rng: np.random.Generator, count: int, first: date, last: date) -> None:
    """Random responses with one to three answers each."""
    indicators = codes(connection)
    responses, answers = [], []
    for _ in range(count):
        day = _some_day(rng, first, last)
        area, key = ids[str(rng.choice(leaves_on(day)))], uuid.UUID(bytes=rng.bytes(16))
        dims = _dims(rng)
        responses.append((area, day, key, rng.choice([1, 2, None]), str(rng.choice(["own", "own", "own", "rival"])),
                          str(rng.choice(["sms", "phone"])), *dims.values(), 1))  # fmt: skip
        for code in rng.choice(SCORED, rng.integers(1, 4), replace=False):
            raw = int(rng.integers(1, 11))
            answers.append((area, day, key, indicators[code], raw, "1-10", (raw - 1) / 9 * 100))
    sql.copy(connection, "response", ("area_id", "day", "response_id", "touchpoint_id", "brand", "mode", "business", "segment",
                                      "generation", "stage", "channel", "file_id"), responses)  # fmt: skip
    sql.copy(connection, "answer", ("area_id", "day", "response_id", "indicator_id", "raw", "scale", "score"), answers)


def _readings(connection: sa.Connection, ids: dict[str, int], rng: np.random.Generator) -> None:
    indicators, records = codes(connection), []
    for _ in range(600):
        day = _some_day(rng, FIRST, LAST)
        records.append((ids[str(rng.choice(leaves_on(day)))], day, uuid.UUID(bytes=rng.bytes(16)), day, indicators[str(rng.choice(READ))],
                        rng.choice([1, None]), float(rng.uniform(1, 50)), float(rng.integers(1, 9)), 1))  # fmt: skip
    sql.copy(connection, "process_reading", ("area_id", "day", "reading_id", "at", "indicator_id", "touchpoint_id", "numerator",
                                             "denominator", "file_id"), records)  # fmt: skip


def add_complaints(connection: sa.Connection, ids: dict[str, int], rng: np.random.Generator, count: int, first: date, last: date) -> None:
    """Random complaints of a few customers, so that some repeat; some are open, some overdue."""
    records = []
    for _ in range(count):
        day = _some_day(rng, first, last)
        opened = pd.Timestamp(day) + pd.Timedelta(minutes=int(rng.integers(1440)))
        due = opened + pd.Timedelta(days=int(rng.integers(2, 20)))
        closed = opened + pd.Timedelta(days=float(rng.uniform(0, 25))) if rng.random() < 0.8 else None
        key = uuid.UUID(bytes=rng.bytes(16))
        records.append((ids[str(rng.choice(leaves_on(day)))], day, key, key.hex, opened, due, closed, rng.choice([1, None]),
                        str(rng.choice(["own", "own", "rival"])), *_dims(rng).values(), "t", str(rng.choice(["t1", "t2"])),
                        "open" if closed is None else "closed", [True, False, None][rng.integers(3)],
                        [None, *(b"c%d" % n for n in range(40))][rng.integers(41)], 1))  # fmt: skip
    sql.copy(connection, "complaint", ("area_id", "day", "complaint_id", "number", "opened_at", "due_at", "closed_at", "touchpoint_id", "brand",
                                       "business", "segment", "generation", "stage", "channel", "topic1", "topic2", "status", "resolved",
                                       "customer", "file_id"), records)  # fmt: skip


def _subscribers(connection: sa.Connection, ids: dict[str, int], rng: np.random.Generator) -> None:
    records = []
    for month in pd.date_range("2026-03-01", "2026-06-01", freq="MS").date:  # July's counts are not there yet
        for leaf in leaves_on(month):
            for business in ("mobile", "broadband"):
                for segment in ("public", "elderly"):
                    records.append((ids[leaf], month, business, segment, int(rng.integers(200, 4000)), 1))
    sql.copy(connection, "subscriber", ("area_id", "month", "business", "segment", "subscribers", "file_id"), records)


def touch(connection: sa.Connection, months: object, facts: tuple[str, ...] = ("answer", "process", "complaint"), file: int = 1) -> None:
    """Say that a file changed the months' facts."""
    for month in months:
        for fact in facts:
            connection.execute(sa.text("INSERT INTO touched VALUES (:fact, :month, :file)"), {"fact": fact, "month": month, "file": file})


def codes(connection: sa.Connection) -> dict[str, int]:
    """Indicator ids by code."""
    return {row.code: row.indicator_id for row in connection.execute(sa.text("SELECT code, indicator_id FROM indicator"))}
