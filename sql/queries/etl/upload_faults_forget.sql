-- Forget what an earlier dry run of an uploaded file found.
-- params: upload_id
-- grain: one fault
DELETE FROM upload_fault WHERE upload_id = :upload_id
