-- Average subscribers as denominators, also where nobody complained.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO ratio_part (area_id, indicator_id, span_id, value_id, n, numerator, denominator)
WITH counted AS (
    SELECT p.area_id, c.month, c.cut, c.value, sum(c.subscribers) AS subscribers
    FROM subscriber_cell c JOIN place p USING (place_id)
    GROUP BY p.area_id, c.month, c.cut, c.value
),
wanted AS (SELECT indicator_id, business FROM indicator WHERE fact = 'complaint' AND denominator = 'subscribers')
SELECT c.area_id, i.indicator_id, s.span_id, v.value_id, 0, 0, sum(c.subscribers * m.share)
FROM counted c
JOIN area a USING (area_id)
JOIN span_month m USING (month)
JOIN rollup_span s USING (span_id)
JOIN rollup_plan plan ON plan.period = s.period AND plan.cut = c.cut AND a.level <= plan.shown
JOIN rollup_value v ON v.cut = c.cut AND v.value = c.value
CROSS JOIN wanted i
GROUP BY c.area_id, i.indicator_id, s.span_id, v.value_id
