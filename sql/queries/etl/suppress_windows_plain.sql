-- Add up the spans that are no calendar period, of months or of days; those too small by themselves stay out.
-- params: kinds (of the periods they are made of), firsts, lasts (days)
-- grain: one area, indicator and span
INSERT INTO suppress_window (area_id, indicator_id, first, last, n, sw, sw2, swx)
SELECT r.area_id, r.indicator_id, s.first, s.last, sum(r.n), sum(r.sw), sum(r.sw2), sum(r.swx)
FROM unnest(CAST(:kinds AS text[]), CAST(:firsts AS date[]), CAST(:lasts AS date[])) AS s (kind, first, last)
CROSS JOIN LATERAL (
    SELECT r.area_id, r.indicator_id, r.n, r.sw, r.sw2, r.swx FROM score_rollup r
    WHERE r.period = s.kind AND r.start BETWEEN s.first AND s.last AND r.cut = 'all' AND r.last_pub = 2147483647
    OFFSET 0
) r
GROUP BY r.area_id, r.indicator_id, s.first, s.last
HAVING NOT too_small(CAST(sum(r.n) AS bigint), sum(r.sw), sum(r.sw2))
