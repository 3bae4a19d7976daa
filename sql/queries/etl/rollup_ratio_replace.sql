-- Write the rows that are new or read differently, area by area, as pages read them.
-- params: p (the publication being made)
-- grain: one area, indicator, period, cut and value
INSERT INTO ratio_rollup (area_id, indicator_id, period, cut, start, value, n, numerator, denominator, first_pub)
SELECT c.area_id, c.indicator_id, s.period, v.cut, s.start, v.value, c.n, c.numerator, c.denominator, :p
FROM ratio_change c
JOIN rollup_span s USING (span_id)
JOIN rollup_value v USING (value_id)
WHERE c.n IS NOT NULL
ORDER BY c.area_id, c.indicator_id, c.span_id, c.value_id
