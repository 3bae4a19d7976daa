-- fail
-- zh: 满意度指数必须在 0 到 100 之间（预期与感知之差在 −100 到 100 之间），有效样本量不得大于样本量
-- en: every satisfaction index lies between 0 and 100 (expectation minus perceived quality: -100 and 100), no n_eff exceeds n
SELECT area_id, business, construct, period, start, swx / sw AS mean, n, sw * sw / sw2 AS n_eff
FROM tcsi_rollup
WHERE last_pub = 2147483647 AND (:p = 0 OR first_pub = :p)
  AND NOT (sw > 0 AND sw2 > 0 AND sw * sw <= n * sw2 * (1 + 1e-9) AND swx <= 100 * sw * (1 + 1e-9)
           AND swx >= CASE construct WHEN 'expectation-quality' THEN -100 * sw * (1 + 1e-9) ELSE -1e-6 * sw END)
