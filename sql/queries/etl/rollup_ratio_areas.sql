-- The sums of an area over the places it had.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO ratio_part (area_id, indicator_id, span_id, value_id, n, numerator, denominator)
SELECT p.area_id, c.indicator_id, c.span_id, c.value_id, sum(c.n), sum(c.numerator), sum(c.denominator)
FROM ratio_cell c JOIN place p USING (place_id)
GROUP BY p.area_id, c.indicator_id, c.span_id, c.value_id
