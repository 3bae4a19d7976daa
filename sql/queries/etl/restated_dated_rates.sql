-- The complaint rates of those areas and periods in the dated tree.
-- params: none
-- grain: one area, indicator, period, cut and value
INSERT INTO dated_rate (area_id, indicator_id, span_id, cut, value, n, denominator)
SELECT e.area_id, e.indicator_id, e.span_id, r.cut, r.value, r.n, r.denominator
FROM ratio_rollup r
JOIN subscriber_shift e USING (area_id, indicator_id, period, start)
WHERE r.last_pub = 2147483647
