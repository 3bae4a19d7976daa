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
side AS (  -- added up over indicators, and once more with each indicator's number as its weight, so that no two can change places
    SELECT 1 AS side, r.area_id, r.period, r.cut, r.start, r.value, sum(r.n) AS n, sum(r.sw) AS sw, sum(r.swx) AS swx,
           sum(r.n * r.indicator_id) AS mark, sum(r.swx * r.indicator_id) AS swx_mark
    FROM score_rollup r
    JOIN changed c ON c.period = r.period AND c.start = r.start
    JOIN area a ON a.area_id = r.area_id
    JOIN kept k ON k.period = r.period AND k.cut = r.cut AND a.level < k.depth
    WHERE r.last_pub = 2147483647
    GROUP BY r.area_id, r.period, r.cut, r.start, r.value
    UNION ALL
    SELECT 2, l.parent_id, r.period, r.cut, r.start, r.value, sum(r.n), sum(r.sw), sum(r.swx),
           sum(r.n * r.indicator_id), sum(r.swx * r.indicator_id)
    FROM score_rollup r
    JOIN changed c ON c.period = r.period AND c.start = r.start
    JOIN area_parent l ON l.area_id = r.area_id
    JOIN area a ON a.area_id = r.area_id  -- the parent of the period, or the one nearest in time to one it did not live in
     AND ((l.valid_from < c.until AND l.valid_to > c.start) OR (a.valid_to <= c.start AND l.valid_to = a.valid_to)
          OR (a.valid_from >= c.until AND l.valid_from = a.valid_from))
    WHERE r.last_pub = 2147483647
    GROUP BY l.parent_id, r.period, r.cut, r.start, r.value
),
compared AS (
    SELECT area_id, period, cut, start, value,
           sum(n) FILTER (WHERE side = 1) AS n, sum(n) FILTER (WHERE side = 2) AS children_n,
           sum(sw) FILTER (WHERE side = 1) AS sw, sum(sw) FILTER (WHERE side = 2) AS children_sw,
           sum(swx) FILTER (WHERE side = 1) AS swx, sum(swx) FILTER (WHERE side = 2) AS children_swx,
           sum(mark) FILTER (WHERE side = 1) - sum(mark) FILTER (WHERE side = 2) AS mark,
           abs(sum(swx_mark) FILTER (WHERE side = 1) - sum(swx_mark) FILTER (WHERE side = 2)) / max(1 + abs(swx_mark)) AS swx_mark
    FROM side GROUP BY area_id, period, cut, start, value
)
SELECT area_id, period, cut, start, value, n, children_n, sw, children_sw, swx, children_swx
FROM compared s
WHERE NOT coalesce(n = children_n AND mark = 0 AND swx_mark <= 1e-9
                   AND abs(sw - children_sw) <= 1e-9 * (1 + abs(sw)) AND abs(swx - children_swx) <= 1e-9 * (1 + abs(swx)), false)
  AND NOT EXISTS (SELECT FROM moved m WHERE m.parent_id = s.area_id AND m.period = s.period AND m.start = s.start)
