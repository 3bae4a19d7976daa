-- Sums of own customers' scores from the roll-ups as they now stand.
-- params: period (kind), first, last
-- grain: one area, indicator and period
SELECT r.area_id, r.indicator_id, r.start, r.n, r.sw, r.sw2, r.swx, r.swx2
FROM score_rollup r
WHERE r.period = :period AND r.cut = 'all' AND r.start >= CAST(:first AS date) AND r.start <= CAST(:last AS date)
  AND r.last_pub = 2147483647 AND r.n > 0
