-- Queue a letter; no row where this was queued to that address before.
-- params: occurrence, channel, address, kind, user_id, language, subject, plain, html, link, token, created_at, not_before
-- grain: one letter
INSERT INTO letter (occurrence, channel, address, kind, user_id, language, subject, plain, html, link, token, created_at,
                    not_before, next_at)
VALUES (:occurrence, :channel, :address, :kind, :user_id, :language, :subject, :plain, :html, :link, :token, :created_at,
        :not_before, :not_before)
ON CONFLICT (occurrence, channel, address) DO NOTHING
RETURNING letter_id
