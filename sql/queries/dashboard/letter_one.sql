-- One letter with its words.
-- params: letter_id
-- grain: one letter
SELECT l.letter_id, l.kind, l.channel, l.address, u.name, l.subject, l.plain, l.html, l.link, l.state, l.said, l.created_at, l.ended_at,
       l.attempts, l.next_at, (SELECT minds_letters()) AS minds
FROM letter l LEFT JOIN app_user u USING (user_id)
WHERE l.letter_id = CAST(:letter_id AS bigint)
