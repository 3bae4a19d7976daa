-- The file of a feed with these bytes that was taken before, whether or not a newer one has replaced it.
-- params: feed_id, sha256
-- grain: one file, none when the bytes are new
SELECT file_id, name, state, read_rows, accepted_rows, rejected_rows, duplicate_rows, first_day, last_day
FROM file
WHERE feed_id = :feed_id AND sha256 = :sha256 AND state IN ('loaded', 'superseded')
ORDER BY file_id DESC
LIMIT 1
