-- What goes with a letter; contents of the pictures inside its text alone.
-- params: letter_id
-- grain: one part
SELECT p.name, p.type, p.content_id, CASE WHEN p.content_id <> '' THEN c.content END AS content
FROM letter_part p LEFT JOIN letter_content c USING (sha256)
WHERE p.letter_id = CAST(:letter_id AS bigint)
ORDER BY p.place
