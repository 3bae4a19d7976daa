-- Which current rows of the periods read as they did: they stay, and need no new row (sums are equal to rounding).
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO ratio_same (area_id, indicator_id, span_id, value_id)
SELECT n.area_id, n.indicator_id, n.span_id, n.value_id
FROM ratio_new n
JOIN rollup_span s USING (span_id)
JOIN rollup_value v USING (value_id)
JOIN ratio_rollup r ON (r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value)
                     = (n.area_id, n.indicator_id, s.period, v.cut, s.start, v.value)
WHERE r.last_pub = 2147483647 AND r.n = n.n
  AND abs(r.numerator - n.numerator) <= 1e-12 * abs(n.numerator)
  AND abs(r.denominator - n.denominator) <= 1e-12 * abs(n.denominator)
