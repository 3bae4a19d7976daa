-- The newest files received, as row-level security lets the user see them (the whole operator or nothing).
-- params: most
-- grain: one file
SELECT f.file_id, f.feed_id, f.name, f.state, f.received_at, f.loaded_at, f.first_day, f.last_day, f.bytes, f.seconds,
       f.read_rows, f.accepted_rows, f.rejected_rows, f.duplicate_rows, f.reason_zh, f.reason_en
FROM file f
ORDER BY f.received_at DESC, f.file_id DESC
LIMIT :most
