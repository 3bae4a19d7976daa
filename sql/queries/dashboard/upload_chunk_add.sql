-- One piece of a file given by the user.
-- params: upload_id, place, content
-- grain: one piece
INSERT INTO upload_chunk (upload_id, place, content) VALUES (:upload_id, :place, :content)
