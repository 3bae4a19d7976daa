-- Try a letter again later; ``lost``: this attempt does not count.
-- params: letter_id, sender, said, next_at, lost
-- grain: one letter
UPDATE letter
SET state = 'queued', said = :said, next_at = :next_at, sender = NULL, handed_at = NULL,
    attempts = attempts - CASE WHEN :lost THEN 1 ELSE 0 END
WHERE letter_id = :letter_id AND sender = :sender AND state = 'sending'
