-- The publication readers see now.
-- params: none
-- grain: at most one row
SELECT publication_id, published_at, data_from, data_to, answers, cells_changed, tree_day
FROM publication
ORDER BY publication_id DESC
LIMIT 1
