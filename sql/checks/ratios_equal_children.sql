-- fail
-- zh: 上级过程与投诉指标的分子、分母必须等于下级之和（期内有成员改隶的上级除外）
-- en: numerators and denominators of a parent's ratios equal its children's (parents whose members moved within the months apart)
WITH changed AS (
    SELECT DISTINCT period, start, until FROM (
        SELECT period, start, CAST(start + CASE period WHEN 'd' THEN interval '1 day' WHEN 'w' THEN interval '7 days'
                   WHEN 'm' THEN interval '1 month' WHEN 'q' THEN interval '3 months' ELSE interval '1 year' END AS date) AS until
        FROM ratio_rollup WHERE last_pub = 2147483647 AND (:p = 0 OR first_pub = :p)
    ) s
),
moved AS (
    SELECT a.parent_id, c.period, c.start
    FROM area_parent a
    JOIN changed c ON a.valid_from > date_trunc('month', c.start) AND a.valid_from < c.until  -- subscribers move on a month's first day
                   OR a.valid_to > date_trunc('month', c.start) AND a.valid_to < c.until
    WHERE EXISTS (SELECT FROM area_parent other WHERE other.area_id = a.area_id AND other.parent_id <> a.parent_id)
),
kept AS (
    SELECT c.period, c.cut, max(a.level) AS depth
    FROM ratio_rollup c JOIN area a USING (area_id) WHERE c.last_pub = 2147483647 GROUP BY c.period, c.cut
),
side AS (  -- added up over indicators, and once more with each indicator's number as its weight, so that no two can change places
    SELECT 1 AS side, r.area_id, r.period, r.cut, r.start, r.value, sum(r.n) AS n, sum(r.numerator) AS numerator, sum(r.denominator) AS denominator,
           sum(r.n * r.indicator_id) AS mark, sum(r.denominator * r.indicator_id) AS denominator_mark
    FROM ratio_rollup r
    JOIN changed c ON c.period = r.period AND c.start = r.start
    JOIN area a ON a.area_id = r.area_id
    JOIN kept k ON k.period = r.period AND k.cut = r.cut AND a.level < k.depth
    WHERE r.last_pub = 2147483647 AND r.cut = 'all'
    GROUP BY r.area_id, r.period, r.cut, r.start, r.value
    UNION ALL
    SELECT 2, l.parent_id, r.period, r.cut, r.start, r.value, sum(r.n), sum(r.numerator), sum(r.denominator),
           sum(r.n * r.indicator_id), sum(r.denominator * r.indicator_id)
    FROM ratio_rollup r
    JOIN changed c ON c.period = r.period AND c.start = r.start
    JOIN area_parent l ON l.area_id = r.area_id
    JOIN area a ON a.area_id = r.area_id  -- the parent of the period, or the one nearest in time to one it did not live in
     AND ((l.valid_from < c.until AND l.valid_to > c.start) OR (a.valid_to <= c.start AND l.valid_to = a.valid_to)
          OR (a.valid_from >= c.until AND l.valid_from = a.valid_from))
    WHERE r.last_pub = 2147483647 AND r.cut = 'all'
    GROUP BY l.parent_id, r.period, r.cut, r.start, r.value
),
compared AS (
    SELECT area_id, period, cut, start, value,
           sum(n) FILTER (WHERE side = 1) AS n, sum(n) FILTER (WHERE side = 2) AS children_n,
           sum(numerator) FILTER (WHERE side = 1) AS numerator, sum(numerator) FILTER (WHERE side = 2) AS children_numerator,
           sum(denominator) FILTER (WHERE side = 1) AS denominator, sum(denominator) FILTER (WHERE side = 2) AS children_denominator,
           sum(mark) FILTER (WHERE side = 1) - sum(mark) FILTER (WHERE side = 2) AS mark,
           abs(sum(denominator_mark) FILTER (WHERE side = 1) - sum(denominator_mark) FILTER (WHERE side = 2)) / max(1 + abs(denominator_mark)) AS denominator_mark
    FROM side GROUP BY area_id, period, cut, start, value
)
SELECT area_id, period, cut, start, value, n, children_n, numerator, children_numerator, denominator, children_denominator
FROM compared s
WHERE NOT coalesce(n = children_n AND mark = 0 AND denominator_mark <= 1e-9
                   AND abs(numerator - children_numerator) <= 1e-9 * (1 + abs(numerator)) AND abs(denominator - children_denominator) <= 1e-9 * (1 + abs(denominator)), false)
  AND NOT EXISTS (SELECT FROM moved m WHERE m.parent_id = s.area_id AND m.period = s.period AND m.start = s.start)
