-- Answers of whole months by the values of cuts, each value by its place in a list; of those too small their number alone.
-- params: first, last, indicators and areas (ids, joined by commas), cuts and places (cut=value, joined by line feeds)
-- grain: one area, indicator, month, cut and value
SELECT r.area_id, r.indicator_id, r.start, CAST(array_position(l.places, r.cut || '=' || r.value) - 1 AS smallint) AS place, r.n, r.sw,
       CASE WHEN too_small(r.n, r.sw, r.sw2) THEN CAST('NaN' AS double precision) ELSE r.swx END AS swx
FROM score_rollup r
CROSS JOIN (SELECT string_to_array(:places, E'\n') AS places) l
WHERE r.period = 'm' AND r.cut = ANY(string_to_array(:cuts, E'\n'))
  AND r.start >= CAST(:first AS date) AND r.start <= CAST(:last AS date)
  AND r.last_pub = 2147483647 AND r.n > 0
  AND r.area_id = ANY(CAST(string_to_array(:areas, ',') AS integer[]))
  AND r.indicator_id = ANY(CAST(string_to_array(:indicators, ',') AS smallint[]))
  AND array_position(l.places, r.cut || '=' || r.value) IS NOT NULL
