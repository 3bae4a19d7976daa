-- Keep what goes with a letter, unless it is kept.
-- params: sha256, content
-- grain: one content
INSERT INTO letter_content (sha256, content) VALUES (:sha256, :content) ON CONFLICT DO NOTHING
