-- fail
-- zh: 每个答案都必须属于一份答卷
-- en: every answer belongs to a response
WITH asked AS (  -- the months of the publication; without one, all time: partitions of other months are not looked at
    SELECT m AS since, CAST(m + interval '1 month' AS date) AS until FROM unnest(CAST(:months AS date[])) AS m
    UNION ALL SELECT '-infinity', 'infinity' WHERE CAST(:months AS date[]) IS NULL
)
SELECT lost.area_id, lost.day, lost.response_id, lost.indicator_id
FROM asked CROSS JOIN LATERAL (
    SELECT a.area_id, a.day, a.response_id, a.indicator_id
    FROM answer a
    LEFT JOIN (SELECT area_id, day, response_id FROM response WHERE day >= asked.since AND day < asked.until) r
      ON (r.area_id, r.day, r.response_id) = (a.area_id, a.day, a.response_id)
    WHERE a.day >= asked.since AND a.day < asked.until AND r.response_id IS NULL
) lost
