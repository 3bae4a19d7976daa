-- The newest publication: what every reader of one request reads.
-- params: none
-- grain: one row, none before the first publication
SELECT publication_id, published_at, data_from, data_to, tree_day
FROM publication
ORDER BY publication_id DESC
LIMIT 1
