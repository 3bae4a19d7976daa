-- A file was looked through.
-- params: file_id, now
-- grain: one file
UPDATE file SET lane_at = :now WHERE file_id = :file_id
