-- The shifts of whole subscribers, in the periods that keep complaints by what subscribers are not cut by.
-- params: none
-- grain: one area, indicator and period
INSERT INTO subscriber_shift (area_id, indicator_id, span_id, period, start, denominator)
SELECT p.area_id, p.indicator_id, p.span_id, s.period, s.start, sum(p.denominator)
FROM ratio_shift_part p
JOIN rollup_span s USING (span_id)
JOIN indicator i ON i.indicator_id = p.indicator_id AND i.fact = 'complaint' AND i.denominator = 'subscribers'
WHERE p.cut = 'all' AND s.period IN (SELECT period FROM rollup_plan WHERE shown >= 0 AND cut NOT IN ('all', 'business', 'segment', 'urban'))
GROUP BY p.area_id, p.indicator_id, p.span_id, s.period, s.start
