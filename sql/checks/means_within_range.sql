-- fail
-- zh: 汇总后的平均分必须在 0 到 100 之间
-- en: every rolled-up mean lies between 0 and 100
WITH current AS (  -- of the publication's months, period by period: no guess at their number makes it a scan; without them, all rows
    SELECT area_id, indicator_id, period, cut, start, value, sw, swx FROM score_rollup WHERE last_pub = 2147483647 AND CAST(:months AS date[]) IS NULL
    UNION ALL
    SELECT r.* FROM periods_of(CAST(:months AS date[])) s CROSS JOIN LATERAL (
        SELECT area_id, indicator_id, period, cut, start, value, sw, swx FROM score_rollup r
        WHERE r.period = s.period AND r.start = s.start AND r.last_pub = 2147483647 OFFSET 0) r
)
SELECT area_id, indicator_id, period, cut, start, value, swx / sw AS mean
FROM current
WHERE sw > 0
  AND NOT (swx >= -1e-6 * sw AND swx <= 100 * sw * (1 + 1e-9))
