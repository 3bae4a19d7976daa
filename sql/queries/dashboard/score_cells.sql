-- Score sums of some areas and indicators by cut in given periods, as one publication shows them; nil with their base where hidden.
-- params: p, areas, indicators, periods, starts, cuts
-- grain: one area, indicator, period, cut and value
SELECT area_id, indicator_id, period, start, cut, value, n, coalesce(sw, 0) AS sw, coalesce(sw2, 0) AS sw2,
       coalesce(swx, 0) AS swx, coalesce(swx2, 0) AS swx2, hidden
FROM score_shown
WHERE area_id = ANY(CAST(:areas AS integer[])) AND indicator_id = ANY(CAST(:indicators AS smallint[]))
  AND period = ANY(CAST(:periods AS char(1)[])) AND cut = ANY(CAST(:cuts AS text[])) AND start = ANY(CAST(:starts AS date[]))
  AND first_pub <= :p AND last_pub > :p
