-- The last refusal of the same bytes, and whether something has changed since that could make a difference.
-- params: feed_id, sha256
-- grain: one file, none when these bytes were never refused
SELECT f.file_id, f.name, f.received_at, f.read_rows, f.reason_zh, f.reason_en,
       feed.updated_at > f.received_at
       OR EXISTS (SELECT 1 FROM file t JOIN feed k USING (feed_id)
                  WHERE k.kind IN ('areas', 'touchpoints') AND t.state = 'loaded'
                    AND t.loaded_at > f.received_at) AS changed
FROM file f JOIN feed USING (feed_id)
WHERE f.feed_id = :feed_id AND f.sha256 = :sha256 AND f.state = 'refused'
ORDER BY f.file_id DESC
LIMIT 1
