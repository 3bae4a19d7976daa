-- Score sums of some areas and indicators by cut in given periods, as one publication holds them.
-- params: p, areas, indicators, periods, starts, cuts
-- grain: one area, indicator, period, cut and value
SELECT area_id, indicator_id, period, start, cut, value, n, sw, sw2, swx, swx2
FROM score_rollup
WHERE area_id = ANY(CAST(:areas AS integer[])) AND indicator_id = ANY(CAST(:indicators AS smallint[]))
  AND period = ANY(CAST(:periods AS char(1)[])) AND cut = ANY(CAST(:cuts AS text[])) AND start = ANY(CAST(:starts AS date[]))
  AND first_pub <= :p AND last_pub > :p
