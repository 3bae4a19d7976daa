-- fail
-- zh: 满意度指数：上级的人数、权重和与加权得分和必须等于下级之和（期内有成员改隶的上级除外）
-- en: satisfaction index: a parent's respondents, weights and weighted scores equal its children's (parents whose members moved apart)
WITH changed AS (
    SELECT DISTINCT period, start, period_end(period, start) + 1 AS until
    FROM tcsi_rollup WHERE last_pub = 2147483647 AND (:p = 0 OR first_pub = :p)
),
moved AS (
    SELECT a.parent_id, c.period, c.start
    FROM area_parent a
    JOIN changed c ON (a.valid_from > c.start AND a.valid_from < c.until) OR (a.valid_to > c.start AND a.valid_to < c.until)
    WHERE EXISTS (SELECT FROM area_parent other WHERE other.area_id = a.area_id AND other.parent_id <> a.parent_id)
),
cell AS MATERIALIZED (
    SELECT r.area_id, r.period, r.start, c.until, r.business, r.construct, r.n, r.sw, r.swx
    FROM tcsi_rollup r JOIN changed c USING (period, start) WHERE r.last_pub = 2147483647
),
members AS (
    SELECT l.parent_id AS area_id, x.period, x.start, x.business, x.construct, sum(x.n) AS n, sum(x.sw) AS sw, sum(x.swx) AS swx
    FROM cell x JOIN area a USING (area_id)
    CROSS JOIN LATERAL (
        SELECT DISTINCT l.parent_id
        FROM area_parent l
        WHERE l.area_id = x.area_id
          AND ((l.valid_from < x.until AND l.valid_to > x.start) OR (a.valid_to <= x.start AND l.valid_to = a.valid_to)
               OR (a.valid_from >= x.until AND l.valid_from = a.valid_from))
    ) l
    GROUP BY l.parent_id, x.period, x.start, x.business, x.construct
),
parents AS (SELECT x.* FROM cell x JOIN area a USING (area_id) WHERE a.level < 4)
SELECT area_id, period, start, business, construct, p.n, m.n AS members_n, p.sw, m.sw AS members_sw, p.swx, m.swx AS members_swx
FROM parents p FULL JOIN members m USING (area_id, period, start, business, construct)
WHERE NOT coalesce(p.n = m.n AND abs(p.sw - m.sw) <= 1e-9 * (1 + abs(p.sw)) AND abs(p.swx - m.swx) <= 1e-9 * (1 + p.sw * 100), false)
  AND NOT EXISTS (SELECT FROM moved WHERE moved.parent_id = area_id AND moved.period = coalesce(p.period, m.period)
                                      AND moved.start = coalesce(p.start, m.start))
