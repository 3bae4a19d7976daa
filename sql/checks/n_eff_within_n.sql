-- fail
-- zh: 有效样本量不得大于样本量，权重之和必须为正
-- en: no effective sample exceeds its sample, and every sum of weights is positive
SELECT area_id, indicator_id, period, cut, start, value, n, sw, sw2
FROM score_rollup
WHERE last_pub = 2147483647 AND (:p = 0 OR first_pub = :p)
  AND NOT (sw > 0 AND sw2 > 0 AND sw * sw <= n * sw2 * (1 + 1e-9))
