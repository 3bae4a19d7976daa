-- Where complaints are cut by what subscribers are not, the area's whole subscribers stand below each value somebody complained of:
-- the shift leads from those of the dated tree to those of today's, to none where today nobody in the area complained.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO ratio_shift_part (area_id, indicator_id, span_id, cut, value, n, numerator, denominator)
WITH every AS MATERIALIZED (
    SELECT p.area_id, p.indicator_id, p.span_id, s.period, s.start, sum(p.denominator) AS denominator
    FROM ratio_shift_part p JOIN rollup_span s USING (span_id)
    JOIN indicator i ON i.indicator_id = p.indicator_id AND i.fact = 'complaint' AND i.denominator = 'subscribers'
    WHERE p.cut = 'all'
      AND s.period IN (SELECT period FROM rollup_plan WHERE cut NOT IN ('all', 'business', 'segment', 'urban'))
    GROUP BY p.area_id, p.indicator_id, p.span_id, s.period, s.start
),
current AS MATERIALIZED (  -- read area by area and put together by hashing
    SELECT area_id, indicator_id, period, start, cut, value, n, denominator FROM ratio_rollup
    WHERE last_pub = 2147483647 AND area_id = ANY(ARRAY(SELECT DISTINCT area_id FROM every))
      AND indicator_id = ANY(ARRAY(SELECT DISTINCT indicator_id FROM every))
      AND period = ANY(ARRAY(SELECT DISTINCT period FROM every))
),
dated AS MATERIALIZED (
    SELECT e.area_id, e.indicator_id, e.span_id, r.cut, r.value, r.n, r.denominator
    FROM current r JOIN every e USING (area_id, indicator_id, period, start)
),
value AS MATERIALIZED (
    SELECT area_id, indicator_id, span_id, cut, value, sum(n) AS n, sum(denominator) AS denominator
    FROM (SELECT * FROM dated
          UNION ALL
          SELECT p.area_id, p.indicator_id, p.span_id, p.cut, p.value, p.n, 0
          FROM ratio_shift_part p JOIN every USING (area_id, indicator_id, span_id)) one
    WHERE cut NOT IN ('all', 'business', 'segment', 'urban')
    GROUP BY area_id, indicator_id, span_id, cut, value
)
SELECT v.area_id, v.indicator_id, v.span_id, v.cut, v.value, 0, 0,
       CASE WHEN v.n > 0 THEN coalesce(whole.denominator, 0) + e.denominator ELSE 0 END - v.denominator
FROM value v
JOIN every e USING (area_id, indicator_id, span_id)
LEFT JOIN dated whole ON (whole.area_id, whole.indicator_id, whole.span_id, whole.cut)
                       = (v.area_id, v.indicator_id, v.span_id, 'all')
