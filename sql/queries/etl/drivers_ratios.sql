-- Monthly ratio sums of some areas, as one publication holds them.
-- params: p, areas, indicators, first_month, last_month
-- grain: one area, indicator and month
SELECT area_id, indicator_id, start, numerator, denominator
FROM ratio_rollup
WHERE period = 'm' AND cut = 'all' AND value = '' AND area_id = ANY(CAST(:areas AS integer[]))
  AND indicator_id = ANY(CAST(:indicators AS smallint[]))
  AND start BETWEEN CAST(:first_month AS date) AND CAST(:last_month AS date) AND first_pub <= :p AND last_pub > :p
