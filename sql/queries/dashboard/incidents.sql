-- Incidents, the open ones first, then the newest, as row-level security lets the user see them.
-- params: most
-- grain: one incident
SELECT i.incident_id, i.kind, i.subject, i.said_zh, i.said_en, i.opened_at, i.last_at, i.times, i.closed_at,
       j.title_zh, j.title_en, f.declaration
FROM incident i
LEFT JOIN job j ON i.kind = 'job' AND j.name = split_part(i.subject, '\:', 1)
LEFT JOIN feed f ON f.feed_id = CASE i.kind WHEN 'job' THEN split_part(i.subject, '\:', 2) ELSE i.subject END
ORDER BY i.closed_at IS NOT NULL, coalesce(i.closed_at, i.opened_at) DESC, i.incident_id DESC
LIMIT :most
