-- The root's months as published: scores of headline outcomes and readings of process indicators, for the season.
-- params: p, root (area), first, last
-- grain: one indicator and month
SELECT indicator_id, start, sw AS weight, swx / sw AS value
FROM score_rollup
WHERE area_id = :root AND period = 'm' AND cut = 'all' AND value = '' AND sw > 0 AND start BETWEEN CAST(:first AS date) AND CAST(:last AS date)
  AND first_pub <= :p AND last_pub > :p
UNION ALL
SELECT r.indicator_id, r.start, r.denominator, i.factor * r.numerator / r.denominator
FROM ratio_rollup r JOIN indicator i USING (indicator_id)
WHERE r.area_id = :root AND r.period = 'm' AND r.cut = 'all' AND r.value = '' AND r.denominator > 0
  AND r.start BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND r.first_pub <= :p AND r.last_pub > :p
ORDER BY 1, 2
