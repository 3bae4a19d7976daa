-- Score sums of some areas and indicators by cut in given periods, restated to today's tree: the dated sums and their shifts, shown
-- where both are; nil with their base where not.
-- params: p, areas, indicators, periods, starts, cuts
-- grain: one area, indicator, period, cut and value
SELECT area_id, indicator_id, period, start, cut, value, CAST(sum(n) AS bigint) AS n,
       CASE WHEN count(hidden) = 0 THEN sum(sw) ELSE 0 END AS sw, CASE WHEN count(hidden) = 0 THEN sum(sw2) ELSE 0 END AS sw2,
       CASE WHEN count(hidden) = 0 THEN sum(swx) ELSE 0 END AS swx, CASE WHEN count(hidden) = 0 THEN sum(swx2) ELSE 0 END AS swx2,
       max(hidden) AS hidden
FROM (
    SELECT area_id, indicator_id, period, start, cut, value, n, sw, sw2, swx, swx2, hidden
    FROM score_shown
    WHERE area_id = ANY(CAST(:areas AS integer[])) AND indicator_id = ANY(CAST(:indicators AS smallint[]))
      AND period = ANY(CAST(:periods AS char(1)[])) AND cut = ANY(CAST(:cuts AS text[])) AND start = ANY(CAST(:starts AS date[]))
      AND first_pub <= :p AND last_pub > :p
    UNION ALL
    SELECT area_id, indicator_id, period, start, cut, value, n, sw, sw2, swx, swx2, hidden
    FROM shift_shown
    WHERE area_id = ANY(CAST(:areas AS integer[])) AND indicator_id = ANY(CAST(:indicators AS smallint[]))
      AND period = ANY(CAST(:periods AS char(1)[])) AND cut = ANY(CAST(:cuts AS text[])) AND start = ANY(CAST(:starts AS date[]))
      AND first_pub <= :p AND last_pub > :p
) part
GROUP BY area_id, indicator_id, period, start, cut, value
HAVING sum(n) > 0
