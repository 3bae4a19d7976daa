-- Write down how many cells a publication changed.
-- params: p, cells_changed
-- grain: one publication
UPDATE publication SET cells_changed = :cells_changed WHERE publication_id = :p
