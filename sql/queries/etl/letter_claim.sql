-- Take the letter of a channel that waits longest, unless so many were handed over within the last minute.
-- params: channel, sender, now, rate, only
-- grain: at most one letter
UPDATE letter
SET state = 'sending', sender = :sender, attempts = attempts + 1, handed_at = NULL
WHERE letter_id = (
    SELECT l.letter_id FROM letter l
    WHERE l.state = 'queued' AND l.channel = :channel AND l.next_at <= :now
      AND (CAST(:only AS bigint) IS NULL OR l.letter_id = CAST(:only AS bigint))
    ORDER BY l.next_at, l.letter_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED)
  AND (SELECT count(*) FROM letter h
       WHERE h.channel = :channel AND h.handed_at > CAST(:now AS timestamptz) - interval '1 minute') < :rate
RETURNING letter_id, channel, address, kind, user_id, language, subject, plain, html, link, token, occurrence, created_at,
          not_before, attempts
