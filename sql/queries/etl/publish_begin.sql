-- Take the number of a new publication; readers see it when its transaction ends.
-- params: note
-- grain: one publication
INSERT INTO publication (note) VALUES (:note) RETURNING publication_id, published_at
