-- An incident is seen: opened, or told once more when it is open.
-- params: kind, subject, said_zh, said_en, now
-- grain: one incident
INSERT INTO incident (kind, subject, said_zh, said_en, opened_at, last_at)
VALUES (:kind, :subject, :said_zh, :said_en, :now, :now)
ON CONFLICT (kind, subject) WHERE closed_at IS NULL
DO UPDATE SET said_zh = EXCLUDED.said_zh, said_en = EXCLUDED.said_en, last_at = EXCLUDED.last_at, times = incident.times + 1
