-- Score sums over spans of days (like-for-like parts of a running period), as one publication shows them: the first span is the
-- running period itself.
-- params: p, areas, indicators, period, firsts, lasts
-- grain: one area, indicator and span (numbered from 1)
SELECT r.area_id, r.indicator_id, 1 AS span, r.n, coalesce(r.sw, 0) AS sw, coalesce(r.sw2, 0) AS sw2, coalesce(r.swx, 0) AS swx,
       coalesce(r.swx2, 0) AS swx2
FROM score_shown r
WHERE r.area_id = ANY(CAST(:areas AS integer[])) AND r.indicator_id = ANY(CAST(:indicators AS smallint[]))
  AND r.period = :period AND r.cut = 'all' AND r.value = '' AND r.start = CAST((CAST(:firsts AS date[]))[1] AS date)
  AND r.first_pub <= :p AND r.last_pub > :p
UNION ALL
SELECT w.area_id, w.indicator_id, s.span, w.n, w.sw, w.sw2, w.swx, w.swx2
FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[])) WITH ORDINALITY AS s (first, last, span)
JOIN score_window w ON w.first = s.first AND w.last = s.last
WHERE s.span > 1 AND w.area_id = ANY(CAST(:areas AS integer[])) AND w.indicator_id = ANY(CAST(:indicators AS smallint[]))
  AND w.first_pub <= :p AND w.last_pub > :p
