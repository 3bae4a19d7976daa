-- The latest publication, if no alerts were looked for in it yet.
-- params: none
-- grain: at most one row
SELECT publication_id, published_at, data_from, data_to
FROM (SELECT * FROM publication ORDER BY publication_id DESC LIMIT 1) latest
WHERE detected_at IS NULL AND data_to IS NOT NULL
