-- One piece of an uploaded file.
-- params: upload_id, place
-- grain: at most one piece
SELECT content FROM upload_chunk WHERE upload_id = :upload_id AND place = :place
