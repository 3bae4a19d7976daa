-- The lines there are, by name.
-- params: none
-- grain: one line
SELECT line_id, name_zh, name_en FROM line ORDER BY position, line_id
