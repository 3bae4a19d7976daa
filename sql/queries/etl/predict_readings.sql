-- What companies' process and complaint indicators read in each month.
-- params: p, county (level), first_month, last_month
-- grain: one area, indicator and month
SELECT r.area_id, i.code, r.start, r.numerator / nullif(r.denominator, 0) * i.factor AS reading
FROM ratio_rollup r
JOIN indicator i USING (indicator_id)
JOIN area a ON a.area_id = r.area_id AND a.level = :county
WHERE r.period = 'm' AND r.cut = 'all' AND r.value = '' AND i.fact IN ('process', 'complaint')
  AND r.start BETWEEN CAST(:first_month AS date) AND CAST(:last_month AS date) AND r.first_pub <= :p AND r.last_pub > :p
