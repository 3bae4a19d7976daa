-- Ratio sums of some areas over all months of a window, as one publication holds them.
-- params: p, areas, indicators, first_month, last_month
-- grain: one area and indicator
SELECT area_id, indicator_id, sum(numerator) AS numerator, sum(denominator) AS denominator
FROM ratio_rollup
WHERE period = 'm' AND cut = 'all' AND value = '' AND area_id = ANY(CAST(:areas AS integer[]))
  AND indicator_id = ANY(CAST(:indicators AS smallint[]))
  AND start BETWEEN CAST(:first_month AS date) AND CAST(:last_month AS date) AND first_pub <= :p AND last_pub > :p
GROUP BY area_id, indicator_id
