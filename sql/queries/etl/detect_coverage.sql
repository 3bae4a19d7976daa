-- Up to which day each county's data of each kind had come.
-- params: p
-- grain: one county and fact
SELECT area_id, fact, data_to FROM coverage WHERE publication_id = :p
