-- Drop the subscriber counts a replaced file delivered.
-- params: file_id
-- grain: one area, month, business and segment
DELETE FROM subscriber WHERE file_id = :file_id
