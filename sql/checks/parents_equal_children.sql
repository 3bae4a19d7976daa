-- fail
-- zh: 上级的样本量、权重和与加权得分和必须等于下级之和（期内有成员改隶的上级除外）
-- en: a parent's n, sum of weights and weighted scores equal its children's (parents whose members moved within the period apart)
WITH changed AS (
    SELECT DISTINCT period, start, until FROM (
        SELECT period, start, CAST(start + CASE period WHEN 'd' THEN interval '1 day' WHEN 'w' THEN interval '7 days'
                   WHEN 'm' THEN interval '1 month' WHEN 'q' THEN interval '3 months' ELSE interval '1 year' END AS date) AS until
        FROM score_rollup WHERE last_pub = 2147483647 AND (:p = 0 OR first_pub = :p)
    ) s
),
moved AS (
    SELECT a.parent_id, c.period, c.start
    FROM area_parent a
    JOIN changed c ON (a.valid_from > c.start AND a.valid_from < c.until) OR (a.valid_to > c.start AND a.valid_to < c.until)
    WHERE EXISTS (SELECT FROM area_parent other WHERE other.area_id = a.area_id AND other.parent_id <> a.parent_id)
),
kept AS (
    SELECT c.period, c.cut, max(a.level) AS depth
    FROM score_rollup c JOIN area a USING (area_id) WHERE c.last_pub = 2147483647 GROUP BY c.period, c.cut
),
below AS (
    SELECT DISTINCT l.parent_id, l.area_id, c.period, c.start
    FROM changed c
    CROSS JOIN area_parent l
    JOIN area a USING (area_id)
    WHERE (l.valid_from < c.until AND l.valid_to > c.start)  -- or the parent nearest in time of one that did not live then
       OR (a.valid_to <= c.start AND l.valid_to = a.valid_to) OR (a.valid_from >= c.until AND l.valid_from = a.valid_from)
),
children AS (
    SELECT b.parent_id AS area_id, r.indicator_id, r.period, r.cut, r.start, r.value,
           sum(r.n) AS n, sum(r.sw) AS sw, sum(r.swx) AS swx
    FROM below b
    JOIN score_rollup r ON r.area_id = b.area_id AND r.period = b.period AND r.start = b.start AND r.last_pub = 2147483647
    GROUP BY b.parent_id, r.indicator_id, r.period, r.cut, r.start, r.value
),
parents AS (
    SELECT r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value, r.n, r.sw, r.swx
    FROM score_rollup r
    JOIN changed c ON c.period = r.period AND c.start = r.start
    JOIN area a ON a.area_id = r.area_id
    JOIN kept k ON k.period = r.period AND k.cut = r.cut AND a.level < k.depth
    WHERE r.last_pub = 2147483647
)
SELECT area_id, indicator_id, period, cut, start, value, p.n, c.n AS children_n, p.sw, c.sw AS children_sw, p.swx, c.swx AS children_swx
FROM parents p FULL JOIN children c USING (area_id, indicator_id, period, cut, start, value)
WHERE NOT coalesce(p.n = c.n AND abs(p.sw - c.sw) <= 1e-9 * p.sw AND abs(p.swx - c.swx) <= 1e-9 * (p.swx + p.sw), false)
  AND NOT EXISTS (SELECT FROM moved m WHERE m.parent_id = area_id AND m.period = coalesce(p.period, c.period)
                  AND m.start = coalesce(p.start, c.start))
