-- The lines there are.
-- params: none
-- grain: one line
SELECT line_id FROM line ORDER BY position, line_id
