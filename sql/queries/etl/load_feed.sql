-- Note a feed's declaration as it is now used.
-- params: feed_id, kind, declaration (its entries as JSON)
-- grain: one feed
INSERT INTO feed (feed_id, kind, declaration) VALUES (:feed_id, :kind, CAST(:declaration AS jsonb))
ON CONFLICT (feed_id) DO UPDATE SET kind = EXCLUDED.kind, declaration = EXCLUDED.declaration, updated_at = now()
WHERE (feed.kind, feed.declaration) IS DISTINCT FROM (EXCLUDED.kind, EXCLUDED.declaration)
