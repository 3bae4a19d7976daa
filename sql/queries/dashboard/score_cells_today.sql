-- Score sums of some areas and indicators by cut in given periods, restated to today's tree: the dated sums and their shifts.
-- params: p, areas, indicators, periods, starts, cuts
-- grain: one area, indicator, period, cut and value
SELECT area_id, indicator_id, period, start, cut, value, CAST(sum(n) AS bigint) AS n,
       sum(sw) AS sw, sum(sw2) AS sw2, sum(swx) AS swx, sum(swx2) AS swx2
FROM (
    SELECT area_id, indicator_id, period, start, cut, value, n, sw, sw2, swx, swx2
    FROM score_rollup
    WHERE area_id = ANY(CAST(:areas AS integer[])) AND indicator_id = ANY(CAST(:indicators AS smallint[]))
      AND period = ANY(CAST(:periods AS char(1)[])) AND cut = ANY(CAST(:cuts AS text[])) AND start = ANY(CAST(:starts AS date[]))
      AND first_pub <= :p AND last_pub > :p
    UNION ALL
    SELECT area_id, indicator_id, period, start, cut, value, n, sw, sw2, swx, swx2
    FROM score_shift
    WHERE area_id = ANY(CAST(:areas AS integer[])) AND indicator_id = ANY(CAST(:indicators AS smallint[]))
      AND period = ANY(CAST(:periods AS char(1)[])) AND cut = ANY(CAST(:cuts AS text[])) AND start = ANY(CAST(:starts AS date[]))
      AND first_pub <= :p AND last_pub > :p
) part
GROUP BY area_id, indicator_id, period, start, cut, value
HAVING sum(n) > 0
