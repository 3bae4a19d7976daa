-- Where complaints are cut by what subscribers are not (channel, stage …), the area's whole subscribers stand below them.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO ratio_part (area_id, indicator_id, span_id, value_id, n, numerator, denominator)
SELECT DISTINCT c.area_id, c.indicator_id, c.span_id, c.value_id, 0, 0, whole.denominator
FROM ratio_part c
JOIN indicator i ON i.indicator_id = c.indicator_id AND i.fact = 'complaint' AND i.denominator = 'subscribers'
JOIN rollup_value v ON v.value_id = c.value_id AND v.cut NOT IN ('all', 'business', 'segment', 'urban')
JOIN rollup_value every ON every.cut = 'all'
JOIN ratio_part whole ON (whole.area_id, whole.indicator_id, whole.span_id, whole.value_id)
                       = (c.area_id, c.indicator_id, c.span_id, every.value_id) AND whole.denominator > 0
