-- Months' scores by the values of cuts that are withheld for what they would give away, each value by its place in a list.
-- params: first, last, indicators and areas (ids, joined by commas), cuts and places (cut=value, joined by line feeds)
-- grain: one area, indicator, month, cut and value
SELECT s.area_id, s.indicator_id, s.start, CAST(array_position(l.places, s.cut || '=' || s.value) - 1 AS smallint) AS place
FROM suppressed s
CROSS JOIN (SELECT string_to_array(:places, E'\n') AS places) l
WHERE s.period = 'm' AND s.cut = ANY(string_to_array(:cuts, E'\n')) AND NOT s.shift AND s.last_pub = 2147483647
  AND s.start >= CAST(:first AS date) AND s.start <= CAST(:last AS date)
  AND s.area_id = ANY(CAST(string_to_array(:areas, ',') AS integer[]))
  AND s.indicator_id = ANY(CAST(string_to_array(:indicators, ',') AS smallint[]))
  AND array_position(l.places, s.cut || '=' || s.value) IS NOT NULL
