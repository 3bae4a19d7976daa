-- fail
-- zh: 得分必须在 0 到 100 之间
-- en: every score lies between 0 and 100
WITH asked AS (  -- the months of the publication; without them, all time: partitions of other months are not looked at
    SELECT m AS since, CAST(m + interval '1 month' AS date) AS until FROM unnest(CAST(:months AS date[])) AS m
    UNION ALL SELECT '-infinity', 'infinity' WHERE CAST(:months AS date[]) IS NULL
)
SELECT wrong.area_id, wrong.day, wrong.response_id, wrong.indicator_id, wrong.score
FROM asked CROSS JOIN LATERAL (
    SELECT a.area_id, a.day, a.response_id, a.indicator_id, a.score
    FROM answer a WHERE a.day >= asked.since AND a.day < asked.until AND NOT (a.score >= 0 AND a.score <= 100)
    OFFSET 0  -- one month after the other, or no partition is left out
) wrong
