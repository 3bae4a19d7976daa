-- An uploaded file.
-- params: upload_id
-- grain: at most one uploaded file
SELECT upload_id, feed_id, name, bytes, uploaded_by FROM upload WHERE upload_id = :upload_id
