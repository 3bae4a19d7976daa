-- No letter of a channel can go at present: all wait.
-- params: channel, now, until
-- grain: one letter
UPDATE letter SET next_at = :until WHERE state = 'queued' AND channel = :channel AND next_at < :until AND next_at <= :now
