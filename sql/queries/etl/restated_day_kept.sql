-- Write down which day's tree is today's in a publication.
-- params: p, day
-- grain: one publication
UPDATE publication SET tree_day = CAST(:day AS date) WHERE publication_id = :p
