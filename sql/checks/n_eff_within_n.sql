-- fail
-- zh: 有效样本量不得大于样本量，权重之和必须为正
-- en: no effective sample exceeds its sample, and every sum of weights is positive
WITH changed AS MATERIALIZED (  -- the periods of the publication's months; without them, all that are current
    SELECT period, start FROM periods_of(CAST(:months AS date[])) WHERE CAST(:months AS date[]) IS NOT NULL
    UNION SELECT period, start FROM score_rollup WHERE last_pub = 2147483647 AND CAST(:months AS date[]) IS NULL
)
SELECT area_id, indicator_id, period, cut, start, value, n, sw, sw2
FROM changed JOIN score_rollup USING (period, start)
WHERE last_pub = 2147483647
  AND NOT (sw > 0 AND sw2 > 0 AND sw * sw <= n * sw2 * (1 + 1e-9))
