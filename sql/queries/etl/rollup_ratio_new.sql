-- Put the parts of each figure together.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO ratio_new (area_id, indicator_id, span_id, value_id, n, numerator, denominator)
SELECT area_id, indicator_id, span_id, value_id, sum(n), sum(numerator), sum(denominator)
FROM ratio_part
GROUP BY area_id, indicator_id, span_id, value_id
