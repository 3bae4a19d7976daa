-- The files in the inbox that each feed has had, but for refused ones that something has changed for since.
-- params: none
-- grain: one feed and file
SELECT s.feed_id, substr(s.item, length('inbox\:') + 1) AS name, s.mark
FROM source_state s
WHERE starts_with(s.item, 'inbox\:') AND (s.state = 'taken' OR EXISTS (
    SELECT 1 FROM file f JOIN feed USING (feed_id)
    WHERE f.feed_id = s.feed_id AND f.sha256 = s.sha256 AND f.state = 'refused' AND feed.updated_at <= f.received_at
      AND NOT EXISTS (SELECT 1 FROM file t JOIN feed k USING (feed_id)
                      WHERE k.kind IN ('areas', 'touchpoints') AND t.state = 'loaded' AND t.loaded_at > f.received_at)
))
