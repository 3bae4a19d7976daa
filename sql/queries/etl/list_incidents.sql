-- Incidents, the open ones first, then the newest.
-- params: most
-- grain: one incident
SELECT incident_id, kind, subject, said_zh, said_en, opened_at, last_at, times, closed_at
FROM incident
ORDER BY closed_at IS NOT NULL, opened_at DESC
LIMIT :most
