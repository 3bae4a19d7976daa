-- A letter that came back, its sender dead or not sure of it included; what was never handed over does not.
-- params: token, said, now
-- grain: one letter
UPDATE letter SET state = 'bounced', said = :said, ended_at = :now
WHERE token = :token AND (state IN ('sent', 'unknown', 'bounced') OR state = 'sending' AND handed_at IS NOT NULL)
