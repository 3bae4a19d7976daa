-- Sums of process and complaint indicators in one period.
-- params: p, period, start
-- grain: one area and indicator
SELECT r.area_id, r.indicator_id, r.numerator, r.denominator
FROM ratio_rollup r
WHERE r.period = :period AND r.start = CAST(:start AS date) AND r.cut = 'all' AND r.value = '' AND r.denominator > 0
  AND r.first_pub <= :p AND r.last_pub > :p
ORDER BY r.indicator_id, r.area_id
