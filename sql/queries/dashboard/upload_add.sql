-- A file given by the user; row-level security refuses another's name.
-- params: feed_id (null: by its name), file_name, bytes, uploaded_by
-- grain: one uploaded file
INSERT INTO upload (feed_id, name, bytes, uploaded_by) VALUES (:feed_id, :file_name, :bytes, :uploaded_by) RETURNING upload_id
