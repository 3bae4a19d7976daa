-- fail
-- zh: 上级过程与投诉指标的分子、分母必须等于下级之和（期内有成员改隶的上级除外）
-- en: numerators and denominators of a parent's ratios equal its children's (parents whose members moved within the months apart)
WITH changed AS MATERIALIZED (  -- the periods of the publication's months; without them, all that are current
    SELECT period, start, period_end(period, start) + 1 AS until FROM (
        SELECT period, start FROM periods_of(CAST(:months AS date[])) WHERE CAST(:months AS date[]) IS NOT NULL
        UNION SELECT period, start FROM ratio_rollup WHERE last_pub = 2147483647 AND CAST(:months AS date[]) IS NULL
    ) s
),
moved AS (
    SELECT a.parent_id, c.period, c.start
    FROM area_parent a
    JOIN changed c ON (a.valid_from > date_trunc('month', c.start) AND a.valid_from < c.until)  -- subscribers move on a month's first day
                   OR (a.valid_to > date_trunc('month', c.start) AND a.valid_to < c.until)
    WHERE EXISTS (SELECT FROM area_parent other WHERE other.area_id = a.area_id AND other.parent_id <> a.parent_id)
),
current AS (  -- of the publication's months, period by period: no guess at their number makes it a scan; without them, all rows
    SELECT area_id, indicator_id, period, cut, start, value, n, numerator, denominator FROM ratio_rollup WHERE last_pub = 2147483647 AND cut = 'all' AND CAST(:months AS date[]) IS NULL
    UNION ALL
    SELECT r.* FROM periods_of(CAST(:months AS date[])) s CROSS JOIN LATERAL (
        SELECT area_id, indicator_id, period, cut, start, value, n, numerator, denominator FROM ratio_rollup r
        WHERE r.period = s.period AND r.start = s.start AND cut = 'all' AND r.last_pub = 2147483647 OFFSET 0) r
),
whole AS MATERIALIZED (  -- an area's figures of a period in one row; each figure's own mark keeps two from changing places unseen
    SELECT area_id, period, start, cut, sum(CAST(n AS double precision)) AS n, sum(n * mark) AS n_mark,
           sum(numerator) AS numerator, sum(numerator * mark) AS numerator_mark, sum(denominator) AS denominator, sum(denominator * mark) AS denominator_mark
    FROM (
        SELECT r.area_id, r.period, r.start, r.cut, r.n, r.numerator, r.denominator,
               r.indicator_id + hashtext(r.value) / CAST(2147483648 AS double precision) AS mark
        FROM current r
    ) figure
    GROUP BY area_id, period, start, cut
),
kept AS (SELECT w.period, w.cut, max(a.level) AS depth FROM whole w JOIN area a USING (area_id) GROUP BY w.period, w.cut),
members AS (  -- a figure counts once a parent, also where its area's name or dates were written anew under the same parent
    SELECT l.parent_id AS area_id, w.period, w.start, w.cut, sum(w.n) AS n, sum(w.n_mark) AS n_mark,
           sum(w.numerator) AS numerator, sum(w.numerator_mark) AS numerator_mark, sum(w.denominator) AS denominator, sum(w.denominator_mark) AS denominator_mark
    FROM whole w JOIN changed c USING (period, start) JOIN area a USING (area_id)
    CROSS JOIN LATERAL (  -- looked up figure by figure: no guess at the number of links can turn this into a product
        SELECT DISTINCT l.parent_id
        FROM area_parent l
        WHERE l.area_id = w.area_id  -- the parent of the period, or the one nearest in time to one it did not live in
          AND ((l.valid_from < c.until AND l.valid_to > c.start) OR (a.valid_to <= c.start AND l.valid_to = a.valid_to)
               OR (a.valid_from >= c.until AND l.valid_from = a.valid_from))
    ) l
    GROUP BY l.parent_id, w.period, w.start, w.cut
),
parents AS (
    SELECT w.* FROM whole w JOIN area a USING (area_id) JOIN kept k ON k.period = w.period AND k.cut = w.cut AND a.level < k.depth
)
SELECT area_id, period, start, cut, p.n, m.n AS members_n, p.numerator, m.numerator AS members_numerator, p.denominator, m.denominator AS members_denominator
FROM parents p FULL JOIN members m USING (area_id, period, start, cut)
WHERE NOT coalesce(p.n = m.n AND abs(p.n_mark - m.n_mark) <= 1e-9 * (1 + abs(p.n_mark))
                   AND abs(p.numerator - m.numerator) <= 1e-9 * (1 + abs(p.numerator)) AND abs(p.numerator_mark - m.numerator_mark) <= 1e-9 * (1 + abs(p.numerator_mark))
                   AND abs(p.denominator - m.denominator) <= 1e-9 * (1 + abs(p.denominator)) AND abs(p.denominator_mark - m.denominator_mark) <= 1e-9 * (1 + abs(p.denominator_mark)),
                   false)
  AND NOT EXISTS (SELECT FROM moved WHERE moved.parent_id = area_id AND moved.period = coalesce(p.period, m.period)
                                      AND moved.start = coalesce(p.start, m.start))
