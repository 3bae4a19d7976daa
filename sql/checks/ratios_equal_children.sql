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
           sum(r.n) AS n, sum(r.numerator) AS numerator, sum(r.denominator) AS denominator
    FROM below b
    JOIN ratio_rollup r ON r.area_id = b.area_id AND r.period = b.period AND r.start = b.start AND r.last_pub = 2147483647
    WHERE r.cut = 'all'
    GROUP BY b.parent_id, r.indicator_id, r.period, r.cut, r.start, r.value
),
parents AS (
    SELECT r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value, r.n, r.numerator, r.denominator
    FROM ratio_rollup r
    JOIN changed c ON c.period = r.period AND c.start = r.start
    JOIN area a ON a.area_id = r.area_id
    JOIN kept k ON k.period = r.period AND k.cut = r.cut AND a.level < k.depth
    WHERE r.last_pub = 2147483647 AND r.cut = 'all'
)
SELECT area_id, indicator_id, period, cut, start, value, p.n, c.n AS children_n, p.numerator, c.numerator AS children_numerator,
       p.denominator, c.denominator AS children_denominator
FROM parents p FULL JOIN children c USING (area_id, indicator_id, period, cut, start, value)
WHERE NOT coalesce(p.n = c.n AND abs(p.numerator - c.numerator) <= 1e-9 * (1 + abs(p.numerator))
                   AND abs(p.denominator - c.denominator) <= 1e-9 * (1 + abs(p.denominator)), false)
  AND NOT EXISTS (SELECT FROM moved m WHERE m.parent_id = area_id AND m.period = coalesce(p.period, c.period)
                  AND m.start = coalesce(p.start, c.start))
