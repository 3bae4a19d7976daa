-- Write all rows, where none are current: area by area, as pages read them and as the key sorts them.
-- params: p (the publication being made)
-- grain: one area, indicator, period, cut and value
INSERT INTO ratio_rollup (area_id, indicator_id, period, cut, start, value, n, numerator, denominator, first_pub)
SELECT n.area_id, n.indicator_id, s.period, v.cut, s.start, v.value, n.n, n.numerator, n.denominator, :p
FROM ratio_new n
JOIN rollup_span s USING (span_id)
JOIN rollup_value v USING (value_id)
JOIN rollup_plan plan ON plan.period = s.period AND plan.cut = v.cut
JOIN area a ON a.area_id = n.area_id AND a.level <= plan.shown
ORDER BY n.area_id, n.indicator_id, n.span_id, n.value_id
