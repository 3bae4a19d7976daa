-- An area's sums of all ratios (process and complaint indicators) in given periods, restated to today's tree.
-- params: p, area, period, starts
-- grain: one indicator and period
SELECT r.indicator_id, r.start, CAST(sum(r.n) AS bigint) AS n, sum(r.numerator) AS numerator, sum(r.denominator) AS denominator
FROM (
    SELECT indicator_id, start, n, numerator, denominator FROM ratio_rollup
    WHERE area_id = :area AND period = :period AND cut = 'all' AND start = ANY(CAST(:starts AS date[])) AND value = ''
      AND first_pub <= :p AND last_pub > :p
    UNION ALL
    SELECT indicator_id, start, n, numerator, denominator FROM ratio_shift
    WHERE area_id = :area AND period = :period AND cut = 'all' AND start = ANY(CAST(:starts AS date[])) AND value = ''
      AND first_pub <= :p AND last_pub > :p
) r
JOIN indicator i ON i.indicator_id = r.indicator_id
WHERE i.fact <> 'answer'
GROUP BY r.indicator_id, r.start
HAVING sum(r.n) > 0 OR bool_or(i.denominator = 'subscribers') AND sum(r.denominator) > 0.5  -- what rounding leaves is nobody
