-- Keep what a check found at a publication.
-- params: p, check_name, severity, said_zh, said_en, found, rows (as JSON)
-- grain: one check of one publication
INSERT INTO publication_check (publication_id, name, severity, said_zh, said_en, found, rows)
VALUES (:p, :check_name, :severity, :said_zh, :said_en, :found, CAST(:rows AS jsonb))
