-- Every fault that the dry run of an uploaded file found, as row-level security lets the user see them.
-- params: upload_id
-- grain: one fault
SELECT u.name, f.line, f.column_name, f.value, f.code, f.reason_zh, f.reason_en
FROM upload_fault f JOIN upload u USING (upload_id)
WHERE f.upload_id = :upload_id
ORDER BY f.line, f.fault
