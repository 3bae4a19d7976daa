-- Forget the bytes of uploaded files that have been loaded: they lie in the archive.
-- params: none
-- grain: one piece of a file
DELETE FROM upload_chunk c
USING job_run r
WHERE r.job = 'load-upload' AND r.asked->>'upload' = c.upload_id::text AND r.state = 'done'
  AND r.outcome->>'state' IN ('loaded', 'already')
