-- What was taken from a feed's source before, and what was refused and need not be fetched again as long as nothing changes.
-- params: feed_id
-- grain: one item of the source
SELECT s.item, s.mark, s.state = 'taken' OR EXISTS (
    SELECT 1 FROM file f JOIN feed USING (feed_id)
    WHERE f.feed_id = s.feed_id AND f.sha256 = s.sha256 AND f.state = 'refused' AND feed.updated_at <= f.received_at
      AND NOT EXISTS (SELECT 1 FROM file t JOIN feed k USING (feed_id)
                      WHERE k.kind IN ('areas', 'touchpoints') AND t.state = 'loaded' AND t.loaded_at > f.received_at)
) AS settled
FROM source_state s
WHERE s.feed_id = :feed_id
