-- Incidents, the open ones first, then the newest, as row-level security lets the user see them.
-- params: most
-- grain: one incident
SELECT incident_id, kind, subject, said_zh, said_en, opened_at, last_at, times, closed_at
FROM incident
ORDER BY closed_at IS NOT NULL, coalesce(closed_at, opened_at) DESC, incident_id DESC
LIMIT :most
