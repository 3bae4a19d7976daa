"""Re-organisations over the small operator: splits, merges and moves, and where each leaf counts in today's tree, by hand."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

import sql
from tests.etl import rollup_recomputed, rollup_sample
from tests.etl.rollup_recomputed import KEY, RATIO_SUMS, SCORE_SUMS, read

# The sample's own: a3 moved from A to B in May, a1 was split into a1x and a1y in June. Then:
REORGANISED = """
split d1  d1x D  2026-07-01
split d1  d1y B  2026-07-01   between counties of two cities, which are one city's today
merge b2  b1  -  2026-06-20
move  B   -   C2 2026-07-10   a county to another city
merge a1x a2  -  2026-07-15   one part of a split, later
"""
TODAY = """
a1      A-?     A     C1    P
a1x     a2      A     C1    P
a1y     a1y     A     C1    P
a2      a2      A     C1    P
A-?     A-?     A     C1    P
a3      a3      B     C2    P
b1      b1      B     C2    P
b2      b1      B     C2    P
d1      C2-?-?  C2-?  C2    P
d1x     d1x     D     C2    P
d1y     d1y     B     C2    P
P-?-?-? P-?-?-? P-?-? P-?   P
"""
MEMBERS = ("C2-?", 3, "C2"), ("C2-?-?", 4, "C2-?"), ("d1x", 4, "D"), ("d1y", 4, "B")
FACTS = ("response", "answer", "process_reading", "complaint")


def reorganise(store: sa.Engine, ids: dict[str, int]) -> None:
    """Lay the changes over the sample, and give the facts of ended leaves to their successors."""
    with sql.begin(store) as connection:
        for code, level, parent in MEMBERS:
            since = "2026-07-01" if code.startswith("d") else "1900-01-01"
            _area(connection, ids, code, level, parent, since)
        for line in REORGANISED.strip().splitlines():
            kind, former, new, parent, day, *_ = line.split()
            if kind == "move":
                move(connection, ids[former], ids[parent], day)
            else:
                _end(connection, ids[former], ids[new], kind, day)
        for part in ("a1x", "a1y"):
            _change(connection, "split", ids["a1"], ids[part], rollup_sample.SPLIT.isoformat())
        connection.execute(sa.text("SELECT rebuild_area_closure()"))


def _area(connection: sa.Connection, ids: dict[str, int], code: str, level: int, parent: str, since: str) -> None:
    kind = "unknown" if code.endswith("?") else "administrative"
    ids[code] = connection.scalar(
        sa.text("INSERT INTO area (code, level, kind, name_zh, name_en, valid_from) VALUES (:code, :level, :kind, :code, :code, :since)"
                " RETURNING area_id"), {"code": code, "level": level, "kind": kind, "since": since})  # fmt: skip
    connection.execute(
        sa.text("INSERT INTO area_parent (area_id, parent_id, valid_from) VALUES (:area, :parent, :since)"),
        {"area": ids[code], "parent": ids[parent], "since": since},
    )


def move(connection: sa.Connection, area: int, parent: int, day: str) -> None:
    """Hang an area under another parent from a day on."""
    words = {"area": area, "parent": parent, "day": day}
    connection.execute(sa.text("UPDATE area_parent SET valid_to = :day WHERE area_id = :area AND valid_to = 'infinity'"), words)
    connection.execute(sa.text("INSERT INTO area_parent (area_id, parent_id, valid_from) VALUES (:area, :parent, :day)"), words)


def _end(connection: sa.Connection, area: int, successor: int, kind: str, day: str) -> None:
    words = {"area": area, "day": day, "successor": successor}
    for table in ("area", "area_parent"):
        connection.execute(sa.text(f"UPDATE {table} SET valid_to = :day WHERE area_id = :area AND valid_to = 'infinity'"), words)
    _change(connection, kind, area, successor, day)
    for table in FACTS:
        connection.execute(sa.text(f"UPDATE {table} SET area_id = :successor WHERE area_id = :area AND day >= :day"), words)


def _change(connection: sa.Connection, kind: str, former: int, successor: int, day: str) -> None:
    connection.execute(
        sa.text("INSERT INTO area_change (changed_on, kind, from_id, to_id) VALUES (:day, :kind, :former, :successor)"),
        {"day": day, "kind": kind, "former": former, "successor": successor},
    )


def counted_today(store: sa.Engine, ids: dict[str, int], table: str = TODAY) -> pd.DataFrame:
    """Leaf → every area it counts in today, as the table above says."""
    levels = read(store, "SELECT area_id, level FROM area").set_index("area_id")["level"]
    rows = [(ids[leaf], ids[area]) for leaf, *areas in map(str.split, table.strip().splitlines()) for area in areas]
    return pd.DataFrame(rows, columns=["leaf", "area_id"]).assign(level=lambda one: one["area_id"].map(levels))


def restated(store: sa.Engine, figure: str) -> pd.DataFrame:
    """Dated rows and their shifts added up; rows in which nothing is left are none."""
    dated = getattr(rollup_recomputed, f"published_{figure}s")(store)
    rows = read(store, f"SELECT * FROM {figure}_shift WHERE last_pub = 2147483647")
    if figure == "score":
        counts = pd.DataFrame(rows["counts"].tolist(), columns=[f"c{raw}" for raw in range(11)], index=rows.index)
        rows = pd.concat([rows, counts], axis=1)
    sums = SCORE_SUMS if figure == "score" else RATIO_SUMS
    together = pd.concat([dated, rows.set_index(KEY)[sums]]).astype(float).groupby(KEY).sum()
    return together[(together.abs() > 1e-7).any(axis=1)]
