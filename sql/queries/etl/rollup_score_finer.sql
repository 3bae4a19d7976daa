-- Keep the sums that only coarser periods show.
-- params: none
-- grain: one area, indicator, finer period, cut and value
INSERT INTO score_finer (area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2, counts)
SELECT n.area_id, n.indicator_id, s.period, v.cut, s.start, v.value, n.n, n.sw, n.sw2, n.swx, n.swx2, n.counts
FROM score_new n
JOIN rollup_span s USING (span_id)
JOIN rollup_value v USING (value_id)
JOIN rollup_plan plan ON plan.period = s.period AND plan.cut = v.cut AND plan.depth > plan.shown
JOIN area a ON a.area_id = n.area_id AND a.level > plan.shown
