-- One file received, as row-level security lets the user see it.
-- params: file_id
-- grain: at most one file
SELECT f.file_id, f.feed_id, f.name, f.state, f.received_at, f.loaded_at, f.first_day, f.last_day, f.bytes, f.seconds,
       f.read_rows, f.accepted_rows, f.rejected_rows, f.duplicate_rows, f.reason_zh, f.reason_en, d.declaration
FROM file f JOIN feed d USING (feed_id)
WHERE f.file_id = :file_id
