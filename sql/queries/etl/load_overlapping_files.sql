-- Whether other loaded files of a feed hold days of a span.
-- params: feed_id, file_id (the file being loaded), first_day, last_day
-- grain: one row
SELECT count(*) AS files FROM file
WHERE feed_id = :feed_id AND file_id <> :file_id AND state = 'loaded'
  AND first_day <= CAST(:last_day AS date) AND last_day >= CAST(:first_day AS date)
