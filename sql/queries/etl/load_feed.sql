-- Note a feed's declaration as it is now used.
-- params: feed_id, kind, declaration (its entries as JSON), now (null: by the store's clock)
-- grain: one feed
INSERT INTO feed (feed_id, kind, declaration, updated_at)
VALUES (:feed_id, :kind, CAST(:declaration AS jsonb), coalesce(CAST(:now AS timestamptz), now()))
ON CONFLICT (feed_id) DO UPDATE SET kind = EXCLUDED.kind, declaration = EXCLUDED.declaration, updated_at = EXCLUDED.updated_at
WHERE (feed.kind, feed.declaration) IS DISTINCT FROM (EXCLUDED.kind, EXCLUDED.declaration)
