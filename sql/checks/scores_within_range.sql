-- fail
-- zh: 得分必须在 0 到 100 之间
-- en: every score lies between 0 and 100
SELECT a.area_id, a.day, a.response_id, a.indicator_id, a.score
FROM answer a
WHERE NOT (a.score >= 0 AND a.score <= 100)
  AND (:p = 0 OR date_trunc('month', a.day) = ANY(SELECT unnest(months_changed) FROM publication WHERE publication_id = :p))
