-- The same of average subscribers as denominators.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO ratio_shift_part (area_id, indicator_id, span_id, cut, value, n, numerator, denominator)
SELECT u.node_id, i.indicator_id, s.span_id, c.cut, c.value, 0, 0, sum(c.subscribers * m.share * u.sign)
FROM subscriber_cell c
JOIN shift_node u USING (place_id)
JOIN span_month m USING (month)
JOIN rollup_span s USING (span_id)
JOIN rollup_plan plan ON plan.period = s.period AND plan.cut = c.cut AND u.level <= plan.shown
JOIN indicator i ON i.fact = 'complaint' AND i.denominator = 'subscribers'
GROUP BY u.node_id, i.indicator_id, s.span_id, c.cut, c.value
