-- Ratios of whole weeks as they now stand.
-- params: first, last, indicators (ids, joined by commas), deepest (level)
-- grain: one area, indicator and week
SELECT r.area_id, r.indicator_id, r.start, r.n, r.numerator, r.denominator
FROM ratio_rollup r JOIN area a USING (area_id)
WHERE r.period = 'w' AND r.cut = 'all' AND r.start >= CAST(:first AS date) AND r.start <= CAST(:last AS date)
  AND r.last_pub = 2147483647 AND a.level <= :deepest
  AND r.indicator_id = ANY(CAST(string_to_array(:indicators, ',') AS smallint[]))
