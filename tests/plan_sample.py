"""What a plan needs beside the small operator of the pages: estimates, subscribers, a competitor's year, and proven drivers."""

from __future__ import annotations

import sqlalchemy as sa

import sql

ESTIMATES = """
INSERT INTO estimate (area_id, indicator_id, period, start, parent_id, window_length, n, n_eff, deff, direct, se, low, high, shrunken,
                      shrunken_low, shrunken_high, variance_between, reliability, weight, benchmarked, display, first_rank, last_rank,
                      siblings, funnel, proof_window, first_pub)
SELECT r.area_id, r.indicator_id, r.period, r.start, coalesce(p.parent_id, 0), 1, r.n, m.n_eff, r.n / m.n_eff, m.x, m.se, m.x - 2 * m.se,
       m.x + 2 * m.se, m.x, m.x - 2 * m.se, m.x + 2 * m.se, 4, 0.8, r.sw, m.x,
       CASE WHEN r.n < 5 THEN 0 WHEN m.n_eff < 30 THEN 1 WHEN m.n_eff < 100 THEN 2 ELSE 3 END, 0, 0, 0, 0, 1, 1
FROM score_rollup r
LEFT JOIN area_parent p USING (area_id)
CROSS JOIN LATERAL (SELECT least(r.sw * r.sw / r.sw2, r.n) AS n_eff, r.swx / r.sw AS x, 14 / sqrt(least(r.sw * r.sw / r.sw2, r.n)) AS se) m
WHERE r.cut = 'all' AND r.period IN ('m', 'q', 'y') AND r.sw > 0
"""
SUBSCRIBERS = """
INSERT INTO subscriber (area_id, month, business, segment, subscribers, file_id)
SELECT area_id, '2025-12-01', b, 'public', 500 + 37 * (area_id % 11) + CASE b WHEN 'mobile' THEN 400 ELSE 0 END, 1
FROM area, unnest(ARRAY['mobile', 'broadband']) b WHERE level = 4 AND kind <> 'unknown'
"""
EFFECTS = (  # outcome, process, slope, spread, seen from, seen to
    ("mobile_overall", "connection_rate", 1.5, 0.4, 97.5, 99.6),
    ("mobile_overall", "prb_use", 0.05, 4.0, 42.0, 55.0),
    ("mobile_network", "connection_rate", 2.0, 0.4, 97.5, 99.6),
    ("hotline", "hotline_wait", 0.10, 3.0, 20.0, 30.0),
)
EFFECT = """INSERT INTO driver_effect (area_id, outcome_id, driver_id, evidence, slope, se, low, high, p, n, clusters, spread, seen_low,
 seen_high, base, ceiling, proven, chosen, first_month, last_month, first_pub)
SELECT a.area_id, o.indicator_id, d.indicator_id, 'mixed', :slope, 0.01, :slope * 0.5, :slope * 1.5, 0.01, 1200, 137, :spread, :low,
 :high, 80, 100, true, true, '2024-11-01', '2026-10-01', 1 FROM area a, indicator o, indicator d
WHERE a.code = '44' AND o.code = :outcome AND d.code = :process"""


def prepare(owner: sa.Engine) -> None:
    """Make the sample operator one that can be planned, on its one publication."""
    with sql.begin(owner) as connection:
        for statement in (ESTIMATES, SUBSCRIBERS):
            connection.execute(sa.text(statement))
        for outcome, process, slope, spread, low, high in EFFECTS:
            connection.execute(sa.text(EFFECT), {"outcome": outcome, "process": process, "slope": slope, "spread": spread,
                                                 "low": low, "high": high})  # fmt: skip
        connection.exec_driver_sql("UPDATE publication SET forecast_at = now()")


def root(owner: sa.Engine) -> int:
    with sql.begin(owner) as connection:
        return int(connection.scalar(sa.text("SELECT area_id FROM area WHERE code = '44'")))


MADE = ("appraisal", "attainment", "card_score", "plan", "driver_effect", "estimate", "subscriber")


def forget(owner: sa.Engine) -> None:
    """Take back :func:`prepare` and every plan, for tests that share the operator."""
    with sql.begin(owner) as connection:
        for table in MADE:
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE publication SET forecast_at = NULL, attained_at = NULL")
