-- fail
-- zh: 汇总后的平均分必须在 0 到 100 之间
-- en: every rolled-up mean lies between 0 and 100
WITH changed AS MATERIALIZED (  -- the periods of the publication's months; without them, all that are current
    SELECT period, start FROM periods_of(CAST(:months AS date[])) WHERE CAST(:months AS date[]) IS NOT NULL
    UNION SELECT period, start FROM score_rollup WHERE last_pub = 2147483647 AND CAST(:months AS date[]) IS NULL
)
SELECT area_id, indicator_id, period, cut, start, value, swx / sw AS mean
FROM changed JOIN score_rollup USING (period, start)
WHERE last_pub = 2147483647 AND sw > 0
  AND NOT (swx >= -1e-6 * sw AND swx <= 100 * sw * (1 + 1e-9))
