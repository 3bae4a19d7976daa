-- Published sums of finer periods that are not written afresh but belong to a coarser period that is.
-- params: none
-- grain: one area, indicator, finer period, cut and value
INSERT INTO score_carry (area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2, counts)
SELECT r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value, r.n, r.sw, r.sw2, r.swx, r.swx2, r.counts
FROM score_rollup r
JOIN rollup_plan plan ON plan.cut = r.cut AND (plan.period, r.period) IN (('q', 'm'), ('y', 'q'))
JOIN rollup_span s ON s.period = plan.period AND r.start >= s.start AND r.start < s.until
JOIN area a ON a.area_id = r.area_id AND a.level <= plan.coarse_to
WHERE r.last_pub = 2147483647 AND r.period IN ('m', 'q')
  AND NOT EXISTS (SELECT FROM rollup_span own WHERE own.period = r.period AND own.start = r.start)
