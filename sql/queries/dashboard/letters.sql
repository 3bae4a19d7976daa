-- Letters the reader may see, the latest first: the own ones, or everybody's.
-- params: most
-- grain: one letter
SELECT l.letter_id, l.kind, l.channel, l.address, u.name, u.login, l.language, l.subject, l.created_at, l.not_before, l.next_at, l.state,
       l.attempts, l.ended_at, l.said, l.occurrence
FROM letter l LEFT JOIN app_user u USING (user_id)
ORDER BY l.created_at DESC, l.letter_id DESC
LIMIT CAST(:most AS bigint)
