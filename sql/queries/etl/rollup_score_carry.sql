-- Published sums of finer periods that are not written afresh but belong to a coarser period that is.
-- params: none
-- grain: one area, indicator, finer period, cut and value
INSERT INTO score_carry (area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2, counts)
SELECT r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value, r.n, r.sw, r.sw2, r.swx, r.swx2, r.counts
FROM carried_span w
JOIN score_rollup r ON r.period = w.period AND r.start = w.start AND r.cut = w.cut AND r.last_pub = 2147483647
JOIN area a ON a.area_id = r.area_id AND a.level <= w.coarse_to
