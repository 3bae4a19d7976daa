-- Every fault of one file, or the faults of all files when none is named, as row-level security lets the user see them.
-- params: file_id (may be null)
-- grain: one fault
SELECT f.feed_id, f.name, r.file_id, r.line, r.column_name, r.value, r.code, r.reason_zh, r.reason_en
FROM rejected_row r JOIN file f USING (file_id)
WHERE CAST(:file_id AS integer) IS NULL OR r.file_id = CAST(:file_id AS integer)
ORDER BY r.file_id, r.line, r.fault
