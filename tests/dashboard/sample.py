"""A small operator already rolled up: one province, three cities, nine counties, 27 grids, 27 months, one competitor.

Leaf sums are drawn from a seed and rolled up here in a few lines of SQL, so that pages can be tried without the feeds.
Planted: Tianhe's mobile network falls by 6 points in October 2026; the grid with code ending g9 has hardly any answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa

import sql
from dashboard.context import AreaNode, Context, Grant, Publication, User
from etl.domain.area import Level, unknown_code
from etl.domain.period import parse
from etl.steps import define
from etl.steps.suppress import like_for_like, windows

TREE = """
44     广东省  Guangdong  113.3 23.2
4401   广州市  Guangzhou  113.26 23.13
440106 天河区  Tianhe     113.36 23.12
440111 白云区  Baiyun     113.27 23.16
440105 海珠区  Haizhu     113.32 23.08
440113 番禺区  Panyu      113.38 22.94
440117 从化区  Conghua    113.59 23.55
4403   深圳市  Shenzhen   114.06 22.54
440305 南山区  Nanshan    113.93 22.53
440306 宝安区  Baoan      113.88 22.55
4404   珠海市  Zhuhai     113.58 22.27
440402 香洲区  Xiangzhou  113.54 22.27
440403 斗门区  Doumen     113.30 22.21
"""
FIRST, LAST = date(2024, 8, 1), date(2026, 11, 8)
FALL = date(2026, 10, 1)
SCORED = ("mobile_overall", "broadband_overall", "mobile_network", "voice", "mobile_data", "tariff", "hall", "hotline",
          "online", "complaint_handling", "coverage_signal", "data_speed")  # fmt: skip
RATIOS = {"hotline_wait": (25, 1), "prb_use": (0.48, 1), "connection_rate": (0.988, 1), "complaints_per_10k": (0.00021, 1),
          "hotline_fcr": (0.81, 1), "hall_wait": (9.5, 1), "complaint_timeliness": (0.93, 1)}  # fmt: skip
STEP_DAYS = 7  # answers fall on every seventh day


def build(owner: sa.Engine, seed: int = 7, scored: Sequence[str] = SCORED) -> None:
    """Fill an empty migrated store; ``scored``: the outcomes and perceptions that were asked."""
    define.define(owner, define.shipped())
    with sql.begin(owner) as connection:
        connection.exec_driver_sql(
            "INSERT INTO brand (brand, name_zh, name_en, own) VALUES ('rival', '竞品', 'Competitor', false)"
        )
        ids = _areas(connection)
        connection.execute(sa.text("SELECT rebuild_area_closure()"))
        connection.execute(
            sa.text("INSERT INTO publication (data_from, data_to, answers) VALUES (:first, :last, 1)"),
            {"first": FIRST, "last": LAST},
        )
        _leaves(connection, ids, np.random.default_rng(seed), scored)
        connection.exec_driver_sql(_ROLL)
        connection.execute(sa.text(_WINDOWS), [
            {"kind": kind, "first": first, "last": last}
            for kind, spans in (("d", like_for_like(LAST)), ("m", windows(LAST))) for first, last in spans
        ])  # fmt: skip
        connection.exec_driver_sql(_BANDS)
        connection.exec_driver_sql(_RATIO_ROLL)
        _coverage(connection)
        _people(connection, ids)


def _coverage(connection: sa.Connection) -> None:
    connection.execute(
        sa.text("INSERT INTO coverage SELECT 1, area_id, 'answer', :d FROM area WHERE level = 3 AND kind <> 'unknown'"),
        {"d": LAST},
    )


def _areas(connection: sa.Connection) -> dict[str, int]:
    ids: dict[str, int] = {}
    for line in TREE.strip().splitlines():
        code, zh, en, lon, lat = line.split()
        level = Level({2: 1, 4: 2, 6: 3}[len(code)])
        _node(connection, ids, code, level, "administrative", zh, en, float(lon), float(lat), code[:-2])
        if level is Level.COUNTY:
            for i in range(3):
                name = f"{code}-g{i + 1 if code != '440117' or i < 2 else 9}"
                _node(connection, ids, name, Level.GRID, "administrative", f"{zh[:2]}{'一二三'[i]}网格", f"{en} grid {i + 1}",
                      float(lon) + 0.03 * i, float(lat) + 0.02 * (i % 2), code)  # fmt: skip
    for code in [code for code in ids if "-" not in code]:
        parent, level = code, Level({2: 1, 4: 2, 6: 3}[len(code)])
        while level < Level.GRID:
            level = Level(level + 1)
            child = unknown_code(parent)
            if child not in ids:
                _node(connection, ids, child, level, "unknown", "不详", "Unknown", None, None, parent)
            parent = child
    return ids


def _node(
    connection: sa.Connection, ids: dict[str, int], code: str, level: Level, kind: str, zh: str, en: str,
    lon: float | None, lat: float | None, parent: str,
) -> None:  # fmt: skip
    ids[code] = connection.scalar(
        sa.text(
            "INSERT INTO area (code, level, kind, name_zh, name_en, sort_key, lon, lat)"
            " VALUES (:code, :level, :kind, :zh, :en, :code, :lon, :lat) RETURNING area_id"
        ),
        {"code": code, "level": int(level), "kind": kind, "zh": zh, "en": en, "lon": lon, "lat": lat},
    )
    if parent in ids:
        connection.execute(
            sa.text("INSERT INTO area_parent (area_id, parent_id) VALUES (:child, :parent)"),
            {"child": ids[code], "parent": ids[parent]},
        )


def _leaves(connection: sa.Connection, ids: dict[str, int], rng: np.random.Generator, scored: Sequence[str]) -> None:
    """Sums a grid, indicator, day, mode, segment and brand; and ratio sums a grid, indicator and day."""
    numbers = {row.code: row.indicator_id for row in connection.execute(sa.text("SELECT code, indicator_id FROM indicator"))}
    connection.exec_driver_sql(
        "CREATE TEMP TABLE leaf (area_id integer, indicator_id smallint, day date, mode text, segment text, brand text,"
        " n bigint, sw double precision, sw2 double precision, swx double precision, swx2 double precision) ON COMMIT DROP"
    )
    connection.exec_driver_sql(
        "CREATE TEMP TABLE leaf_ratio (area_id integer, indicator_id smallint, day date, n bigint,"
        " numerator double precision, denominator double precision) ON COMMIT DROP"
    )
    days = [FIRST + timedelta(days=i) for i in range(0, (LAST - FIRST).days + 1, STEP_DAYS)] + [LAST]
    grids = [code for code in ids if "-g" in code] + [unknown_code("440106")]
    scores, ratios = [], []
    for code in grids:
        base = 80 + rng.normal(0, 2.5)
        for k, name in enumerate(scored):
            for day in days:
                fall = 6 if name in ("mobile_network", "mobile_overall") and code[:6] == "440106" and day >= FALL else 0
                scores += _answers(
                    rng, ids[code], numbers[name], day, base + (k % 4) - 2 - fall, 1 if code.endswith("g9") or "?" in code else 6
                )
        for name, (mean, _) in RATIOS.items():
            for day in days[:: 1 if name != "hall_wait" else 2]:
                volume = float(rng.integers(400, 900))
                ratios.append((ids[code], numbers[name], day, 1, volume * mean * float(rng.normal(1, 0.03)), volume))
    sql.copy(
        connection,
        "leaf",
        ("area_id", "indicator_id", "day", "mode", "segment", "brand", "n", "sw", "sw2", "swx", "swx2"),
        scores,
    )
    sql.copy(connection, "leaf_ratio", ("area_id", "indicator_id", "day", "n", "numerator", "denominator"), ratios)


def _answers(rng: np.random.Generator, area: int, indicator: int, day: date, mean: float, size: int) -> list[tuple[object, ...]]:
    if size == 1 and rng.random() < 0.8:
        return []
    out: list[tuple[object, ...]] = []
    for brand, shift in (("own", 0.0), ("rival", -1.5)):
        if brand == "rival" and rng.random() < 0.6:
            continue
        n = int(rng.integers(max(size - 3, 1), size + 3))
        x = np.clip(rng.normal(mean + shift, 14, n), 0, 100)
        w = rng.uniform(0.6, 1.6)
        mode, segment = (
            ("scene", "sms", "phone", "internet")[int(rng.integers(4))],
            ("public", "elderly")[int(rng.random() < 0.2)],
        )
        out.append(
            (area, indicator, day, mode, segment, brand, n, n * w, n * w * w, float(w * x.sum()), float(w * (x * x).sum()))
        )
    return out


_STARTS = """
CROSS JOIN LATERAL (VALUES ('d', day), ('w', date_trunc('week', day)::date), ('m', date_trunc('month', day)::date),
                           ('q', date_trunc('quarter', day)::date), ('y', date_trunc('year', day)::date)) AS t (period, start)
JOIN area_closure c ON c.descendant_id = l.area_id JOIN area a ON a.area_id = c.ancestor_id
"""
_ROLL = f"""
INSERT INTO score_rollup (area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2, counts, first_pub)
SELECT c.ancestor_id, l.indicator_id, t.period, k.cut, t.start, k.value, sum(n), sum(sw), sum(sw2), sum(swx), sum(swx2), '{{}}', 1
FROM leaf l {_STARTS}
CROSS JOIN LATERAL (VALUES ('all', ''), ('mode', mode), ('segment', segment), ('brand', brand)) AS k (cut, value)
JOIN LATERAL (SELECT coalesce(max(level) FILTER (WHERE cut = k.cut), max(level)) AS level FROM rollup_depth
              WHERE period = t.period AND (cut = k.cut OR (k.cut <> 'all' AND cut = '*'))) r ON a.level <= r.level
WHERE brand = 'own' OR k.cut = 'brand'
GROUP BY 1, 2, 3, 4, 5, 6
"""
_WINDOWS = """
INSERT INTO score_window (area_id, indicator_id, first, last, n, sw, sw2, swx, swx2, first_pub)
SELECT area_id, indicator_id, :first, :last, sum(n), sum(sw), sum(sw2), sum(swx), sum(swx2), 1
FROM score_rollup
WHERE period = :kind AND cut = 'all' AND start BETWEEN CAST(:first AS date) AND CAST(:last AS date)
GROUP BY area_id, indicator_id HAVING sum(n) >= 5
ON CONFLICT DO NOTHING
"""
_RATIO_ROLL = f"""
INSERT INTO ratio_rollup (area_id, indicator_id, period, cut, start, value, n, numerator, denominator, first_pub)
SELECT c.ancestor_id, l.indicator_id, t.period, 'all', t.start, '', sum(n), sum(numerator), sum(denominator), 1
FROM leaf_ratio l {_STARTS}
JOIN rollup_depth r ON r.period = t.period AND r.cut = 'all' AND a.level <= r.level
GROUP BY 1, 2, 3, 5
"""
_BANDS = """
INSERT INTO rank_band (area_id, indicator_id, period, start, band, bands, siblings, first_pub)
SELECT s.area_id, s.indicator_id, s.period, s.start,
       ntile(3) OVER (PARTITION BY p.parent_id, s.indicator_id, s.period, s.start ORDER BY s.swx / s.sw DESC), 3,
       count(*) OVER (PARTITION BY p.parent_id, s.indicator_id, s.period, s.start), 1
FROM score_rollup s JOIN area_parent p USING (area_id) JOIN area a USING (area_id)
WHERE s.cut = 'all' AND s.period IN ('w', 'm', 'q', 'y') AND a.kind <> 'unknown' AND s.n >= 5
"""


def _people(connection: sa.Connection, ids: dict[str, int]) -> None:
    for login, role, code in (("province", "manager", "44"), ("guangzhou", "manager", "4401"), ("tianhe", "manager", "440106")):
        user = connection.scalar(
            sa.text("INSERT INTO app_user (login, name, password_hash) VALUES (:login, :login, '!') RETURNING user_id"),
            {"login": login},
        )
        connection.execute(
            sa.text("INSERT INTO user_grant (user_id, role, area_id) VALUES (:user, :role, :area)"),
            {"user": user, "role": role, "area": ids[code]},
        )
    connection.execute(sa.text("SELECT refresh_user_area()"))


def context(
    owner: sa.Engine, app: sa.Engine, login: str = "province", code: str = "44", period: str = "2026-10", **query: str
) -> Context:
    """What the shell would tell a page of this operator."""
    codes = [code[:k] for k in (2, 4, 6) if len(code.split("-")[0]) >= k] + ([code] if "-" in code else [])
    with sql.begin(owner) as connection:
        user = connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = :login"), {"login": login})
        granted = connection.execute(sa.text("SELECT role, area_id, line_id FROM user_grant WHERE user_id = :u"), {"u": user})
        grants = tuple(Grant(**row) for row in granted.mappings())
        trail = tuple(
            AreaNode(**{**row, "level": Level(row["level"])})
            for code in codes
            for row in connection.execute(sa.text(_NODE), {"code": code, "user": user}).mappings()
        )
    for_language, theme = query.pop("language", "zh"), query.pop("theme", "light")
    return Context(
        page="overview", user=User(user, login, login, for_language, grants), language=for_language, theme=theme, area=trail[-1], trail=trail,
        period=parse(period), publication=Publication(1, FIRST, LAST), store=app, demo=True,
        query={"area": code, "period": period, **query},
    )  # fmt: skip


_NODE = """
SELECT area_id, code, level, kind, name_zh, name_en,
       EXISTS (SELECT 1 FROM user_area u WHERE u.user_id = :user AND u.area_id = a.area_id AND u.reach = 'full')
           OR EXISTS (SELECT 1 FROM user_grant g WHERE g.user_id = :user AND g.role = 'line') AS "full"
FROM area a WHERE code = :code
"""
