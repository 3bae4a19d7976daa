-- fail
-- zh: 上级的样本量、权重和与加权得分和必须等于下级之和（期内有成员改隶的上级除外）
-- en: a parent's n, sum of weights and weighted scores equal its children's (parents whose members moved within the period apart)
WITH changed AS MATERIALIZED (  -- the periods of the publication's months; without them, all that are current
    SELECT period, start, period_end(period, start) + 1 AS until FROM (
        SELECT period, start FROM periods_of(CAST(:months AS date[])) WHERE CAST(:months AS date[]) IS NOT NULL
        UNION SELECT period, start FROM score_rollup WHERE last_pub = 2147483647 AND CAST(:months AS date[]) IS NULL
    ) s
),
moved AS (
    SELECT a.parent_id, c.period, c.start
    FROM area_parent a
    JOIN changed c ON (a.valid_from > c.start AND a.valid_from < c.until)
                   OR (a.valid_to > c.start AND a.valid_to < c.until)
    WHERE EXISTS (SELECT FROM area_parent other WHERE other.area_id = a.area_id AND other.parent_id <> a.parent_id)
),
current AS (  -- of the publication's months, period by period: no guess at their number makes it a scan; without them, all rows
    SELECT area_id, indicator_id, period, cut, start, value, n, sw, swx FROM score_rollup WHERE last_pub = 2147483647 AND CAST(:months AS date[]) IS NULL
    UNION ALL
    SELECT r.* FROM periods_of(CAST(:months AS date[])) s CROSS JOIN LATERAL (
        SELECT area_id, indicator_id, period, cut, start, value, n, sw, swx FROM score_rollup r
        WHERE r.period = s.period AND r.start = s.start AND r.last_pub = 2147483647 OFFSET 0) r
),
whole AS MATERIALIZED (  -- an area's figures of a period in one row; each figure's own mark keeps two from changing places unseen
    SELECT area_id, period, start, cut, sum(CAST(n AS double precision)) AS n, sum(n * mark) AS n_mark,
           sum(sw) AS sw, sum(sw * mark) AS sw_mark, sum(swx) AS swx, sum(swx * mark) AS swx_mark
    FROM (
        SELECT r.area_id, r.period, r.start, r.cut, r.n, r.sw, r.swx,
               r.indicator_id + hashtext(r.value) / CAST(2147483648 AS double precision) AS mark
        FROM current r
    ) figure
    GROUP BY area_id, period, start, cut
),
kept AS (SELECT w.period, w.cut, max(a.level) AS depth FROM whole w JOIN area a USING (area_id) GROUP BY w.period, w.cut),
members AS (  -- a figure counts once a parent, also where its area's name or dates were written anew under the same parent
    SELECT l.parent_id AS area_id, w.period, w.start, w.cut, sum(w.n) AS n, sum(w.n_mark) AS n_mark,
           sum(w.sw) AS sw, sum(w.sw_mark) AS sw_mark, sum(w.swx) AS swx, sum(w.swx_mark) AS swx_mark
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
SELECT area_id, period, start, cut, p.n, m.n AS members_n, p.sw, m.sw AS members_sw, p.swx, m.swx AS members_swx
FROM parents p FULL JOIN members m USING (area_id, period, start, cut)
WHERE NOT coalesce(p.n = m.n AND abs(p.n_mark - m.n_mark) <= 1e-9 * (1 + abs(p.n_mark))
                   AND abs(p.sw - m.sw) <= 1e-9 * (1 + abs(p.sw)) AND abs(p.sw_mark - m.sw_mark) <= 1e-9 * (1 + abs(p.sw_mark))
                   AND abs(p.swx - m.swx) <= 1e-9 * (1 + abs(p.swx)) AND abs(p.swx_mark - m.swx_mark) <= 1e-9 * (1 + abs(p.swx_mark)),
                   false)
  AND NOT EXISTS (SELECT FROM moved WHERE moved.parent_id = area_id AND moved.period = coalesce(p.period, m.period)
                                      AND moved.start = coalesce(p.start, m.start))
