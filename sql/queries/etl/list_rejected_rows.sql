-- Everything that was wrong with a file, in the order of its lines.
-- params: file_id
-- grain: one fault
SELECT f.name AS file, r.line, r.column_name, r.value, r.code, r.reason_zh, r.reason_en
FROM rejected_row r JOIN file f USING (file_id)
WHERE r.file_id = :file_id
ORDER BY r.line, r.fault
