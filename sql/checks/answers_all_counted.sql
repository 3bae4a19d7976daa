-- fail
-- zh: 汇总到最上级的答案数必须等于本品牌的答案数
-- en: the roots of the tree count every answer of the own brand
WITH asked AS (
    SELECT m AS month FROM unnest(CAST(:months AS date[])) AS m
    UNION SELECT unnest(months_changed) FROM publication WHERE CAST(:months AS date[]) IS NULL
),
given AS (
    SELECT answered.indicator_id, asked.month, answered.n
    FROM asked CROSS JOIN LATERAL (  -- month by month: partitions of other months are not looked at
        SELECT a.indicator_id, count(*) AS n
        FROM answer a
        JOIN response r ON (r.area_id, r.day, r.response_id) = (a.area_id, a.day, a.response_id)
        JOIN brand b ON b.brand = r.brand AND b.own
        WHERE a.day >= asked.month AND a.day < CAST(asked.month + interval '1 month' AS date)
          AND r.day >= asked.month AND r.day < CAST(asked.month + interval '1 month' AS date)
          AND a.indicator_id NOT IN (SELECT i.indicator_id FROM indicator i WHERE i.kind = 'item')
        GROUP BY a.indicator_id
    ) answered
),
counted AS (
    SELECT r.indicator_id, r.start AS month, sum(r.n) AS n
    FROM area root CROSS JOIN asked
    JOIN score_rollup r ON r.period = 'm' AND r.start = asked.month AND r.cut = 'all' AND r.area_id = root.area_id AND r.last_pub = 2147483647
    WHERE NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = root.area_id)
    GROUP BY r.indicator_id, r.start
)
SELECT indicator_id, month, given.n AS answers, counted.n AS counted
FROM given FULL JOIN counted USING (indicator_id, month)
WHERE given.n IS DISTINCT FROM counted.n
