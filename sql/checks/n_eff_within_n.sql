-- fail
-- zh: 有效样本量不得大于样本量，权重之和必须为正
-- en: no effective sample exceeds its sample, and every sum of weights is positive
WITH current AS (  -- of the publication's months, period by period: no guess at their number makes it a scan; without them, all rows
    SELECT area_id, indicator_id, period, cut, start, value, n, sw, sw2 FROM score_rollup WHERE last_pub = 2147483647 AND CAST(:months AS date[]) IS NULL
    UNION ALL
    SELECT r.* FROM periods_of(CAST(:months AS date[])) s CROSS JOIN LATERAL (
        SELECT area_id, indicator_id, period, cut, start, value, n, sw, sw2 FROM score_rollup r
        WHERE r.period = s.period AND r.start = s.start AND r.last_pub = 2147483647 OFFSET 0) r
)
SELECT area_id, indicator_id, period, cut, start, value, n, sw, sw2
FROM current
WHERE NOT (sw > 0 AND sw2 > 0 AND sw * sw <= n * sw2 * (1 + 1e-9))
