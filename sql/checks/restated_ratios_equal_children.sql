-- fail
-- zh: 按今天的区划重述后，上级过程与投诉指标的分子、分母必须等于下级之和，已撤销的区域必须为零
-- en: restated to today's tree, numerators and denominators of a parent's ratios equal its members', and areas that ended hold nothing
WITH asof AS (
    SELECT tree_day AS day, months_changed FROM publication WHERE tree_day IS NOT NULL AND (publication_id = :p OR :p = 0)
    ORDER BY publication_id DESC LIMIT 1
),
link AS MATERIALIZED (
    SELECT l.area_id, l.parent_id FROM asof JOIN area_parent l ON l.valid_from <= asof.day AND asof.day < l.valid_to
),
shifted AS MATERIALIZED (  -- of the periods this publication wrote, or whose dated figures it may have
    SELECT DISTINCT r.area_id, r.period, r.start, r.cut
    FROM ratio_shift r CROSS JOIN asof
    WHERE r.last_pub = 2147483647 AND r.cut = 'all'
      AND (:p = 0 OR r.first_pub = :p OR EXISTS (SELECT FROM unnest(asof.months_changed) AS m
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
wanted AS MATERIALIZED (
    SELECT area_id, period, start, cut FROM asked
    UNION SELECT link.area_id, period, start, cut FROM asked JOIN link ON link.parent_id = asked.area_id
),
figure AS MATERIALIZED (
    SELECT r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value, r.n, r.numerator, r.denominator
    FROM ratio_rollup r JOIN wanted USING (area_id, period, start, cut)
    WHERE r.last_pub = 2147483647 AND r.area_id = ANY(ARRAY(SELECT DISTINCT area_id FROM wanted))
    UNION ALL
    SELECT r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value, r.n, r.numerator, r.denominator
    FROM ratio_shift r JOIN wanted USING (area_id, period, start, cut)
    WHERE r.last_pub = 2147483647
),
own AS (
    SELECT f.area_id, indicator_id, period, cut, start, value, sum(n) AS n, sum(numerator) AS numerator, sum(denominator) AS denominator
    FROM figure f JOIN asked USING (area_id, period, start, cut)
    GROUP BY f.area_id, indicator_id, period, cut, start, value
),
members AS (
    SELECT asked.area_id, f.indicator_id, f.period, f.cut, f.start, f.value, sum(f.n) AS n, sum(f.numerator) AS numerator, sum(f.denominator) AS denominator
    FROM asked JOIN link ON link.parent_id = asked.area_id AND asked.parent
    JOIN figure f ON (f.area_id, f.period, f.start, f.cut) = (link.area_id, asked.period, asked.start, asked.cut)
    GROUP BY asked.area_id, f.indicator_id, f.period, f.cut, f.start, f.value
)
SELECT area_id, indicator_id, period, cut, start, value, o.n, m.n AS members_n, o.numerator, m.numerator AS members_numerator, o.denominator, m.denominator AS members_denominator
FROM own o FULL JOIN members m USING (area_id, indicator_id, period, cut, start, value)
WHERE coalesce(o.n, 0) <> coalesce(m.n, 0)
   OR abs(coalesce(o.numerator, 0) - coalesce(m.numerator, 0)) > 1e-9 * (1 + abs(coalesce(o.numerator, 0)))
   OR abs(coalesce(o.denominator, 0) - coalesce(m.denominator, 0)) > 1e-9 * (1 + abs(coalesce(o.denominator, 0)))
