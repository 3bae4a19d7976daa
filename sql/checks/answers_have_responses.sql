-- fail
-- zh: 每个答案都必须属于一份答卷
-- en: every answer belongs to a response
SELECT a.area_id, a.day, a.response_id, a.indicator_id
FROM answer a
WHERE (:p = 0 OR date_trunc('month', a.day) = ANY(SELECT unnest(months_changed) FROM publication WHERE publication_id = :p))
  AND NOT EXISTS (SELECT FROM response r WHERE (r.area_id, r.day, r.response_id) = (a.area_id, a.day, a.response_id))
