-- The ids a feed's other files already delivered for some days, 16 bytes each.
-- params: feed_id, file_id (the file being loaded), first_day, last_day
-- grain: one row a day
SELECT string_agg(uuid_send(t.invitation_id), CAST('' AS bytea)) AS ids
FROM invitation t JOIN file f USING (file_id)
WHERE f.feed_id = :feed_id AND f.file_id <> :file_id
  AND t.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
GROUP BY t.day
