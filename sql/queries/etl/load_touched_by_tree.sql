-- After the tree changed from a day on, mark every later month that has facts, for the next roll-up.
-- params: file_id (of the tree's file), since
-- grain: one fact and month
INSERT INTO touched (fact, month, file_id)
SELECT DISTINCT CASE feed.kind WHEN 'survey' THEN 'answer' ELSE feed.kind END, CAST(m AS date), CAST(:file_id AS integer)
FROM file JOIN feed USING (feed_id)
CROSS JOIN LATERAL generate_series(date_trunc('month', file.first_day), file.last_day, interval '1 month') AS m
WHERE file.state = 'loaded' AND feed.kind IN ('survey', 'complaint', 'process')
  AND m >= date_trunc('month', CAST(:since AS date))
ON CONFLICT DO NOTHING
