-- The latest publication, if published plans were not judged on it yet; it is foretold first.
-- params: none
-- grain: at most one row
SELECT publication_id, published_at, data_from, data_to, months_changed
FROM (SELECT * FROM publication ORDER BY publication_id DESC LIMIT 1) latest
WHERE attained_at IS NULL AND forecast_at IS NOT NULL AND data_to IS NOT NULL
  AND EXISTS (SELECT FROM plan p WHERE p.status = 'published' AND p.start <= latest.data_to)
