-- Score sums over spans of days (like-for-like parts of a running period), as one publication holds them.
-- params: p, areas, indicators, firsts, lasts
-- grain: one area, indicator and span (numbered from 1)
SELECT r.area_id, r.indicator_id, s.span, sum(r.n) AS n, sum(r.sw) AS sw, sum(r.sw2) AS sw2, sum(r.swx) AS swx, sum(r.swx2) AS swx2
FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[])) WITH ORDINALITY AS s (first, last, span)
JOIN score_rollup r ON r.start BETWEEN s.first AND s.last
WHERE r.area_id = ANY(CAST(:areas AS integer[])) AND r.indicator_id = ANY(CAST(:indicators AS smallint[]))
  AND r.period = 'd' AND r.cut = 'all' AND r.value = ''
  AND r.first_pub <= :p AND r.last_pub > :p
GROUP BY r.area_id, r.indicator_id, s.span
