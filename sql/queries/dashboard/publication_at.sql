-- When a publication was made.
-- params: p
-- grain: one publication
SELECT published_at FROM publication WHERE publication_id = :p
