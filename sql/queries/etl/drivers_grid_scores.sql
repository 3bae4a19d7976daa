-- Score sums of some areas over all months of a window, as one publication holds them.
-- params: p, areas, indicators, first_month, last_month
-- grain: one area and indicator
SELECT area_id, indicator_id, sum(n) AS n, sum(sw) AS sw, sum(sw2) AS sw2, sum(swx) AS swx, sum(swx2) AS swx2
FROM score_rollup
WHERE period = 'm' AND cut = 'all' AND value = '' AND area_id = ANY(CAST(:areas AS integer[]))
  AND indicator_id = ANY(CAST(:indicators AS smallint[]))
  AND start BETWEEN CAST(:first_month AS date) AND CAST(:last_month AS date) AND first_pub <= :p AND last_pub > :p
GROUP BY area_id, indicator_id
