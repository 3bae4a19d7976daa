-- Score sums of lengthened windows ending with given days, as one publication shows them.
-- params: p, areas, indicators, lasts
-- grain: one area, indicator and span of days
SELECT area_id, indicator_id, first, last, n, sw, sw2, swx, swx2
FROM score_window
WHERE area_id = ANY(CAST(:areas AS integer[])) AND indicator_id = ANY(CAST(:indicators AS smallint[]))
  AND last = ANY(CAST(:lasts AS date[])) AND first_pub <= :p AND last_pub > :p
