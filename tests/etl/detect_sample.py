"""A small operator as it was published: two cities of four counties, two grids each, and whatever months a test wants of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa

import sql
from etl.domain.period import add_months
from etl.steps import define

FIRST = date(2025, 1, 1)
NOW = datetime(2026, 6, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
SD, USUAL = 20.0, 75.0
COUNTIES = [f"{city}{n}" for city in "AB" for n in range(1, 5)]
TREE = {"P": None, "A": "P", "B": "P", **{county: county[0] for county in COUNTIES},
        **{f"{county}{grid}": county for county in COUNTIES for grid in "xy"}}  # fmt: skip
LEVEL = {1: {"P": 1, "A": 2, "B": 2}, 2: 3, 3: 4}


def level(code: str) -> int:
    return {"P": 1, "A": 2, "B": 2}.get(code, 3 if len(code) == 2 else 4)


@dataclass
class Operator:
    """``falls``: grids' scores by so many points from a month's number on; ``silent`` and ``loud``: answers times so much."""

    store: sa.Engine
    ids: dict[str, int] = field(default_factory=dict)
    indicators: dict[str, int] = field(default_factory=dict)
    publications: int = 0

    @classmethod
    def build(cls, store: sa.Engine) -> Operator:
        define.define(store, define.shipped())
        made = cls(store)
        with sql.begin(store) as connection:
            for code, parent in TREE.items():
                made.ids[code] = connection.scalar(
                    sa.text("INSERT INTO area (code, level, name_zh, name_en) VALUES (:c, :l, :c, :c) RETURNING area_id"),
                    {"c": code, "l": level(code)})  # fmt: skip
                if parent:
                    connection.execute(sa.text("INSERT INTO area_parent (area_id, parent_id) VALUES (:a, :p)"),
                                       {"a": made.ids[code], "p": made.ids[parent]})  # fmt: skip
            connection.execute(sa.text("SELECT rebuild_area_closure()"))
            rows = connection.execute(sa.text("SELECT code, indicator_id FROM indicator"))
            made.indicators = {row.code: row.indicator_id for row in rows}
        return made

    def publish(self, months: int, falls: Mapping[str, tuple[int, float]] | None = None, *, n: int = 300, seed: int = 0,
                volume: Mapping[tuple[str, int], float] | None = None, modes: Mapping[tuple[str, int], float] | None = None,
                through: date | None = None, late: Mapping[str, date] | None = None, indicator: str = "mobile_overall") -> int:  # fmt: skip
        """Publish so many months of one outcome afresh. ``falls`` of counties: since which month, how many points; ``volume`` of a
        county and month: answers times so much; ``modes``: the share answered by telephone."""
        cells = _cells(months, falls or {}, n, seed, volume or {})
        end = through or add_months(FIRST, months)
        with sql.begin(self.store) as connection:
            connection.exec_driver_sql("DELETE FROM score_rollup")
            self.publications = connection.scalar(
                sa.text("INSERT INTO publication (data_from, data_to, published_at) VALUES (:f, :t, :now) RETURNING publication_id"),
                {"f": FIRST, "t": end, "now": NOW})  # fmt: skip
            rows = []
            for (code, month), (count, mean) in cells.items():
                key = (self.ids[code], self.indicators[indicator], "m")
                start = add_months(FIRST, month)
                rows.append((*key, "all", start, "", *_sums(count, mean), self.publications))
                if level(code) < 4:
                    share = (modes or {}).get((code, month), 0.3)
                    rows += [(*key, "mode", start, mode, *_sums(round(count * part), mean), self.publications)
                             for mode, part in (("phone", share), ("sms", 1 - share))]  # fmt: skip
            sql.copy(connection, "score_rollup", ("area_id", "indicator_id", "period", "cut", "start", "value", "n", "sw", "sw2",
                                                  "swx", "swx2", "counts", "first_pub"), [row for row in rows if row[6]])  # fmt: skip
            reach = [(self.publications, self.ids[code], "answer", (late or {}).get(code, end)) for code in COUNTIES]
            sql.copy(connection, "coverage", ("publication_id", "area_id", "fact", "data_to"), reach)
        return self.publications

    def rows(self, query: str, **params: object) -> list[dict[str, object]]:
        with self.store.connect() as connection:
            return [dict(row) for row in connection.execute(sa.text(query), params).mappings()]

    def open(self) -> list[tuple[str, str]]:
        """Rule and area of the open alerts."""
        found = self.rows("SELECT rule, a.code FROM episode e JOIN area a USING (area_id) WHERE closed_at IS NULL ORDER BY 1, 2")
        return [(str(row["rule"]), str(row["code"])) for row in found]

    def told(self) -> list[tuple[str, str]]:
        """What happened, in order, and where."""
        found = self.rows("SELECT v.what, a.code FROM episode_event v JOIN episode e USING (episode_id) JOIN area a USING (area_id) ORDER BY event_id")
        return [(str(row["what"]), str(row["code"])) for row in found]

    def user(self, login: str, role: str, code: str, line: str | None = None) -> int:
        with sql.begin(self.store) as connection:
            user = connection.scalar(sa.text("INSERT INTO app_user (login, name, password_hash) VALUES (:l, :l, 'x') RETURNING user_id"), {"l": login})
            connection.execute(sa.text("INSERT INTO user_grant (user_id, role, area_id, line_id) VALUES (:u, :r, :a, :n)"),
                               {"u": user, "r": role, "a": self.ids[code], "n": line})  # fmt: skip
            connection.execute(sa.text("SELECT refresh_user_area()"))
        return int(user)


def _cells(months: int, falls: Mapping[str, tuple[int, float]], n: int, seed: int,
           volume: Mapping[tuple[str, int], float]) -> dict[tuple[str, int], tuple[int, float]]:  # fmt: skip
    """Answers and mean of every area and month, parents from their grids."""
    rng, cells = np.random.default_rng(seed), dict[tuple[str, int], tuple[int, float]]()
    for month in range(months):
        total: dict[str, list[float]] = {}
        for grid in (code for code in TREE if level(code) == 4):
            county = grid[:2]
            since, points = falls.get(county, (months, 0.0))
            count = round(n / 2 * volume.get((county, month), 1.0))
            mean = USUAL - (points if month >= since else 0.0) + rng.normal(0, SD / np.sqrt(max(count, 1)))
            for code in (grid, county, grid[0], "P"):
                kept = total.setdefault(code, [0.0, 0.0])
                kept[0] += count
                kept[1] += count * mean
        for code, (count, weighted) in total.items():
            cells[code, month] = (int(count), weighted / count if count else USUAL)
    return cells


def _sums(count: int, mean: float) -> tuple[int, float, float, float, float, list[int]]:
    return count, float(count), float(count), count * mean, count * (mean**2 + SD**2), []
