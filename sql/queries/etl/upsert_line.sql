-- Add a professional line or bring its names up to date.
-- params: line_id, name_zh, name_en, position
-- grain: one line
INSERT INTO line (line_id, name_zh, name_en, position)
VALUES (:line_id, :name_zh, :name_en, :position)
ON CONFLICT (line_id) DO UPDATE
SET name_zh = excluded.name_zh, name_en = excluded.name_en, position = excluded.position
