-- What a dead sender left: what the server may have is unknown and not sent again, the rest waits again.
-- params: sender, now
-- grain: one letter
UPDATE letter
SET state = CASE WHEN handed_at IS NULL THEN 'queued' ELSE 'unknown' END,
    ended_at = CASE WHEN handed_at IS NULL THEN NULL ELSE CAST(:now AS timestamptz) END,
    sender = CASE WHEN handed_at IS NULL THEN NULL ELSE sender END,
    attempts = attempts - CASE WHEN handed_at IS NULL THEN 1 ELSE 0 END
WHERE state = 'sending' AND sender = :sender
RETURNING letter_id, state
