-- fail
-- zh: 汇总后的平均分必须在 0 到 100 之间
-- en: every rolled-up mean lies between 0 and 100
SELECT area_id, indicator_id, period, cut, start, value, swx / sw AS mean
FROM score_rollup
WHERE last_pub = 2147483647 AND (:p = 0 OR first_pub = :p) AND sw > 0
  AND NOT (swx >= -1e-6 * sw AND swx <= 100 * sw * (1 + 1e-9))
