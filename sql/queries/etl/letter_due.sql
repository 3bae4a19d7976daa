-- Whether a letter waits whose time has come, or one is held.
-- params: now
-- grain: one row
SELECT EXISTS (SELECT FROM letter WHERE state = 'queued' AND next_at <= :now)
    OR EXISTS (SELECT FROM letter WHERE state = 'sending') AS due
