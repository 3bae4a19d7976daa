-- Forget an uploaded file with its bytes, unless it is just being tried or loaded, as row-level security lets the user.
-- params: upload_id
-- grain: at most one uploaded file
DELETE FROM upload u
WHERE u.upload_id = :upload_id
  AND NOT EXISTS (SELECT FROM job_run r WHERE r.job IN ('check', 'load-upload') AND r.asked->>'upload' = u.upload_id::text
                  AND r.state IN ('due', 'running'))
