-- Drop the unwanted rows of process reading.
-- params: first_day, last_day
-- grain: one row of the fact
DELETE FROM process_reading t USING unwanted u
WHERE (t.area_id, t.day, t.reading_id) = (u.area_id, u.day, u.id)
  AND t.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
