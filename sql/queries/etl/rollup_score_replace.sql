-- Write the rows that are new or read differently, area by area, as pages read them.
-- params: p (the publication being made)
-- grain: one area, indicator, period, cut and value
INSERT INTO score_rollup (area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2, counts, first_pub)
SELECT c.area_id, c.indicator_id, s.period, v.cut, s.start, v.value, c.n, c.sw, c.sw2, c.swx, c.swx2, c.counts, :p
FROM score_change c
JOIN rollup_span s USING (span_id)
JOIN rollup_value v USING (value_id)
WHERE c.n IS NOT NULL
ORDER BY c.area_id, c.indicator_id, c.span_id, c.value_id
