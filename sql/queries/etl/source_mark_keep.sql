-- Remember what was taken from a source, or refused.
-- params: feed_id, item, mark (JSON), state, sha256
-- grain: one item of the source
INSERT INTO source_state (feed_id, item, mark, state, sha256)
VALUES (:feed_id, :item, CAST(:mark AS jsonb), :state, :sha256)
ON CONFLICT (feed_id, item) DO UPDATE
SET mark = EXCLUDED.mark, state = EXCLUDED.state, sha256 = EXCLUDED.sha256, seen_at = now()
