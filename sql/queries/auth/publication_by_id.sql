-- A publication by its number, as its readers saw it.
-- params: p
-- grain: at most one publication
SELECT publication_id, published_at, data_from, data_to, tree_day FROM publication WHERE publication_id = :p
