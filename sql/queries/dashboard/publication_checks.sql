-- How each check ended at the last publication that kept it, as row-level security lets the user see it.
-- params: none
-- grain: one check
SELECT c.publication_id, c.name, c.severity, c.said_zh, c.said_en, c.found, c.rows
FROM publication_check c
WHERE c.publication_id = (SELECT max(publication_id) FROM publication_check)
ORDER BY c.found = 0, c.severity, c.name
