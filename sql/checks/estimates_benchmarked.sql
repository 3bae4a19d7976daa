-- fail
-- zh: 下级的基准化得分按权重加总，必须恰好等于上级的基准化得分
-- en: children's benchmarked scores, weighted, must make exactly their parent's
WITH changed AS (
    SELECT DISTINCT period, start FROM estimate WHERE last_pub = 2147483647 AND CAST(:months AS date[]) IS NULL
    UNION  -- of a publication: periods of its months, and those of the year after, whose windows reach back into them
    SELECT DISTINCT e.period, e.start
    FROM periods_of(ARRAY(SELECT CAST(m + make_interval(months => k) AS date)
                          FROM unnest(CAST(:months AS date[])) AS m CROSS JOIN generate_series(0, 12) AS k)) s
    JOIN estimate e ON e.period = s.period AND e.start = s.start AND e.last_pub = 2147483647 AND e.first_pub = :p
),
members AS (
    SELECT e.parent_id, e.indicator_id, e.period, e.start, sum(e.weight) AS weight, sum(e.weight * e.benchmarked) AS total
    FROM estimate e JOIN changed c USING (period, start)
    WHERE e.last_pub = 2147483647 AND e.parent_id > 0
    GROUP BY e.parent_id, e.indicator_id, e.period, e.start
)
SELECT m.parent_id AS area_id, m.indicator_id, m.period, m.start, p.benchmarked, m.total / m.weight AS members_benchmarked
FROM members m
JOIN estimate p ON (p.area_id, p.indicator_id, p.period, p.start, p.last_pub)
                      = (m.parent_id, m.indicator_id, m.period, m.start, 2147483647)
WHERE m.weight > 0 AND NOT coalesce(abs(p.benchmarked - m.total / m.weight) <= 1e-9 * (1 + abs(p.benchmarked)), false)
