-- What goes with a letter, by its content or by where the store keeps it.
-- params: letter_id, place, part_name, type, content_id, sha256, reference
-- grain: one attachment or picture
INSERT INTO letter_part (letter_id, place, name, type, content_id, sha256, reference)
VALUES (:letter_id, :place, :part_name, :type, :content_id, :sha256, :reference)
