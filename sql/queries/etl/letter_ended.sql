-- What became of a letter; also of one that was given up for unknown while its sender lived on.
-- params: letter_id, sender, state, said, now
-- grain: one letter
UPDATE letter SET state = :state, said = :said, ended_at = :now
WHERE letter_id = :letter_id AND sender = :sender AND state IN ('sending', 'unknown')
