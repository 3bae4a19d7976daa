-- The ids a feed's other files already delivered for some days.
-- params: feed_id, file_id (the file being loaded), first_day, last_day
-- grain: one row of the fact
SELECT t.area_id, t.day, CAST(t.reading_id AS text) AS id
FROM process_reading t JOIN file f USING (file_id)
WHERE f.feed_id = :feed_id AND f.file_id <> :file_id
  AND t.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
