-- Write the spans that may be shown; their Σwx², where it was not added up with them, comes from the periods they are made of.
-- params: p (the publication being made)
-- grain: one area, indicator and span
INSERT INTO score_window (area_id, indicator_id, first, last, n, sw, sw2, swx, swx2, first_pub)
SELECT n.area_id, n.indicator_id, n.first, n.last, n.n, n.sw, n.sw2, n.swx, coalesce(n.swx2, part.swx2), :p
FROM suppress_window n
LEFT JOIN score_window w ON w.area_id = n.area_id AND w.indicator_id = n.indicator_id AND w.first = n.first AND w.last = n.last
    AND w.last_pub = 2147483647
CROSS JOIN LATERAL (
    SELECT coalesce(sum(r.swx2), 0) AS swx2
    FROM score_rollup r
    WHERE n.swx2 IS NULL AND r.area_id = n.area_id AND r.indicator_id = n.indicator_id AND r.cut = 'all' AND r.last_pub = 2147483647
      AND r.start BETWEEN n.first AND n.last
      AND r.period = CAST(CASE WHEN n.first = CAST(date_trunc('month', CAST(n.first AS timestamp)) AS date)
                           AND n.last = period_end('m', CAST(date_trunc('month', CAST(n.last AS timestamp)) AS date))
                          THEN 'm' ELSE 'd' END AS char(1))
) part
WHERE w.area_id IS NULL
ORDER BY n.area_id, n.indicator_id, n.last, n.first
