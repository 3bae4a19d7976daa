-- fail
-- zh: 按今天的区划重述后，上级的样本量、权重和与加权得分和必须等于下级之和，已撤销的区域必须为零
-- en: restated to today's tree, a parent's n, sum of weights and weighted scores equal its members', and areas that ended hold nothing
WITH asof AS (
    SELECT coalesce(CAST(:tree_day AS date), (  -- a publication under way says its own: its row may not be seen yet
        SELECT tree_day FROM publication WHERE tree_day IS NOT NULL ORDER BY publication_id DESC LIMIT 1)) AS day
),
link AS MATERIALIZED (
    SELECT l.area_id, l.parent_id FROM asof JOIN area_parent l ON l.valid_from <= asof.day AND asof.day < l.valid_to
),
shifted AS MATERIALIZED (  -- of the periods this publication wrote, or whose dated figures it may have
    SELECT DISTINCT r.area_id, r.period, r.start, r.cut
    FROM score_shift r
    WHERE r.last_pub = 2147483647
      AND (:p = 0 OR r.first_pub = :p OR EXISTS (SELECT FROM unnest(CAST(:months AS date[])) AS m
           WHERE m <= period_end(r.period, r.start) AND r.start < m + interval '1 month'))
),
kept AS (
    SELECT p.period, c.cut, coalesce(max(d.level) FILTER (WHERE d.cut = c.cut), max(d.level) FILTER (WHERE c.cut <> 'all')) AS depth
    FROM (SELECT DISTINCT period FROM shifted) p CROSS JOIN (SELECT DISTINCT cut FROM shifted) c
    JOIN rollup_depth d ON d.period = p.period AND d.cut IN (c.cut, '*')
    GROUP BY p.period, c.cut
),
asked AS MATERIALIZED (  -- parents whose own figures or whose members' are shifted, and areas that ended
    SELECT s.area_id, s.period, s.start, s.cut, kept.depth > a.level AND a.area_id IN (SELECT parent_id FROM link) AS parent
    FROM (SELECT * FROM shifted
          UNION SELECT link.parent_id, s.period, s.start, s.cut FROM shifted s JOIN link USING (area_id)) s
    JOIN area a USING (area_id) JOIN kept USING (period, cut) CROSS JOIN asof
    WHERE (kept.depth > a.level AND a.area_id IN (SELECT parent_id FROM link)) OR asof.day >= a.valid_to
),
counted AS MATERIALIZED (  -- the parent itself against its members; an area that ended against nothing
    SELECT area_id AS whole_id, area_id, period, start, cut, 1 AS sign FROM asked
    UNION ALL
    SELECT asked.area_id, link.area_id, period, start, cut, -1 FROM asked JOIN link ON link.parent_id = asked.area_id AND asked.parent
),
wanted AS MATERIALIZED (SELECT DISTINCT area_id, period, start, cut FROM counted),
figure AS MATERIALIZED (  -- looked up one by one and put together by hashing: nothing here can turn into a product
    SELECT r.* FROM wanted w CROSS JOIN LATERAL (
        SELECT area_id, indicator_id, period, cut, start, value, n, sw, swx FROM score_rollup
        WHERE (period, start, cut, area_id) = (w.period, w.start, w.cut, w.area_id) AND last_pub = 2147483647 OFFSET 0) r
    UNION ALL
    SELECT r.* FROM wanted w CROSS JOIN LATERAL (
        SELECT area_id, indicator_id, period, cut, start, value, n, sw, swx FROM score_shift
        WHERE (period, start, cut, area_id) = (w.period, w.start, w.cut, w.area_id) AND last_pub = 2147483647 OFFSET 0) r
)
SELECT c.whole_id AS area_id, r.indicator_id, r.period, r.cut, r.start, r.value,
       sum(c.sign * r.n) AS n_left, sum(c.sign * r.sw) AS sw_left, sum(c.sign * r.swx) AS swx_left
FROM counted c
JOIN figure r ON (r.area_id, r.period, r.start, r.cut) = (c.area_id, c.period, c.start, c.cut)
GROUP BY c.whole_id, r.indicator_id, r.period, r.cut, r.start, r.value
HAVING sum(c.sign * r.n) <> 0
    OR abs(sum(c.sign * r.sw)) > 1e-9 * (1 + sum(abs(r.sw)))
    OR abs(sum(c.sign * r.swx)) > 1e-9 * (1 + sum(abs(r.swx)))
