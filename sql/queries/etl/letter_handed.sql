-- From now on the server may have the letter; no row where it is somebody else's by now.
-- params: letter_id, sender, now
-- grain: one letter
UPDATE letter SET handed_at = :now WHERE letter_id = :letter_id AND state = 'sending' AND sender = :sender
