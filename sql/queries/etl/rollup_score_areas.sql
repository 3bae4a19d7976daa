-- The sums of an area: of its one place, or of all the places it had in the period.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO score_new (area_id, indicator_id, span_id, value_id, n, sw, sw2, swx, swx2, counts)
SELECT p.area_id, c.indicator_id, c.span_id, c.value_id, c.n, c.sw, c.sw2, c.swx, c.swx2,
       ARRAY[c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10]
FROM score_cell c JOIN place p USING (place_id)
WHERE p.alone
UNION ALL
SELECT p.area_id, c.indicator_id, c.span_id, c.value_id, sum(c.n), sum(c.sw), sum(c.sw2), sum(c.swx), sum(c.swx2),
       ARRAY[sum(c0), sum(c1), sum(c2), sum(c3), sum(c4), sum(c5), sum(c6), sum(c7), sum(c8), sum(c9), sum(c10)]
FROM score_cell c JOIN place p USING (place_id)
WHERE NOT p.alone
GROUP BY p.area_id, c.indicator_id, c.span_id, c.value_id
