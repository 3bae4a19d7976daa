-- The response rows of a file, about to be replaced.
-- params: file_id, first_day, last_day
-- grain: one row of the fact
INSERT INTO unwanted (area_id, day, id)
SELECT area_id, day, response_id FROM response
WHERE file_id = :file_id AND day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
