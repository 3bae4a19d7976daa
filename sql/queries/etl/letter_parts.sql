-- What goes with a letter.
-- params: letter_id
-- grain: one attachment or picture
SELECT p.name, p.type, p.content_id, p.reference, c.content
FROM letter_part p LEFT JOIN letter_content c USING (sha256)
WHERE p.letter_id = :letter_id
ORDER BY p.place
