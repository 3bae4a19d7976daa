-- Mark a file as replaced by a newer delivery.
-- params: file_id, reason_zh, reason_en
-- grain: one file
UPDATE file SET state = 'superseded', reason_zh = :reason_zh, reason_en = :reason_en WHERE file_id = :file_id
