-- A letter that came back; what was never sent does not.
-- params: token, said, now
-- grain: one letter
UPDATE letter SET state = 'bounced', said = :said, ended_at = :now
WHERE token = :token AND state IN ('sent', 'unknown', 'bounced')
