-- Score sums over spans of days (like-for-like parts of a running period), restated to today's tree.
-- params: p, areas, indicators, firsts, lasts
-- grain: one area, indicator and span (numbered from 1)
SELECT r.area_id, r.indicator_id, s.span, sum(r.n) AS n, sum(r.sw) AS sw, sum(r.sw2) AS sw2, sum(r.swx) AS swx, sum(r.swx2) AS swx2
FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[])) WITH ORDINALITY AS s (first, last, span)
JOIN (
    SELECT area_id, indicator_id, start, n, sw, sw2, swx, swx2 FROM score_rollup
    WHERE area_id = ANY(CAST(:areas AS integer[])) AND indicator_id = ANY(CAST(:indicators AS smallint[]))
      AND period = 'd' AND cut = 'all' AND value = '' AND first_pub <= :p AND last_pub > :p
    UNION ALL
    SELECT area_id, indicator_id, start, n, sw, sw2, swx, swx2 FROM score_shift
    WHERE area_id = ANY(CAST(:areas AS integer[])) AND indicator_id = ANY(CAST(:indicators AS smallint[]))
      AND period = 'd' AND cut = 'all' AND value = '' AND first_pub <= :p AND last_pub > :p
) r ON r.start BETWEEN s.first AND s.last
GROUP BY r.area_id, r.indicator_id, s.span
HAVING sum(r.n) > 0
