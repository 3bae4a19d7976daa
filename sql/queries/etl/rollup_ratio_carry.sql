-- Published sums of finer periods that are not written afresh but belong to a coarser period that is; subscribers are counted anew.
-- params: none
-- grain: one area, indicator, finer period, cut and value
INSERT INTO ratio_carry (area_id, indicator_id, period, cut, start, value, n, numerator, denominator)
SELECT r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value, r.n, r.numerator,
       CASE i.denominator WHEN 'subscribers' THEN 0 ELSE r.denominator END
FROM carried_span w
JOIN ratio_rollup r ON r.period = w.period AND r.start = w.start AND r.cut = w.cut AND r.last_pub = 2147483647
JOIN area a ON a.area_id = r.area_id AND a.level <= w.coarse_to
JOIN indicator i ON i.indicator_id = r.indicator_id
