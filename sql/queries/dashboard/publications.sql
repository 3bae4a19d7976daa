-- The latest publications, each with how many earlier readings it changed, as row-level security lets the user see these.
-- params: most
-- grain: one publication
SELECT p.publication_id, p.published_at, p.data_from, p.data_to, p.answers, p.cells_changed, p.months_changed,
       (SELECT count(*) FROM publication_change c WHERE c.publication_id = p.publication_id) AS earlier_changed
FROM publication p
ORDER BY p.publication_id DESC
LIMIT :most
