-- The newest files received, of one feed or of all, with what became of their rows.
-- params: feed_id (null for all), most
-- grain: one file
SELECT f.file_id, f.feed_id AS feed, f.name, f.state, f.read_rows AS read, f.accepted_rows AS accepted,
       f.rejected_rows AS rejected, f.duplicate_rows AS duplicate, f.received_at, f.seconds, f.bytes, f.first_day, f.last_day,
       f.reason_zh, f.reason_en
FROM file f
WHERE CAST(:feed_id AS text) IS NULL OR f.feed_id = CAST(:feed_id AS text)
ORDER BY f.received_at DESC, f.file_id DESC
LIMIT CAST(:most AS bigint)
