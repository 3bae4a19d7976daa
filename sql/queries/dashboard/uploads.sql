-- The latest uploaded files (or one), each with its dry run and its load, as row-level security lets the user see them.
-- params: upload_id (null for the latest), most
-- grain: one uploaded file
SELECT u.upload_id, u.feed_id, u.name, u.bytes, u.uploaded_by, u.uploaded_at,
       c.run_id AS check_run, c.state AS check_state, c.outcome AS check_outcome, c.error_zh AS check_error_zh, c.error_en AS check_error_en,
       l.run_id AS load_run, l.state AS load_state, l.outcome AS load_outcome, l.error_zh AS load_error_zh, l.error_en AS load_error_en
FROM upload u
LEFT JOIN LATERAL (SELECT * FROM job_run r WHERE r.job = 'check' AND r.asked->>'upload' = u.upload_id::text
                   ORDER BY r.run_id DESC LIMIT 1) c ON true
LEFT JOIN LATERAL (SELECT * FROM job_run r WHERE r.job = 'load-upload' AND r.asked->>'upload' = u.upload_id::text
                   ORDER BY r.run_id DESC LIMIT 1) l ON true
WHERE CAST(:upload_id AS bigint) IS NULL OR u.upload_id = CAST(:upload_id AS bigint)
ORDER BY u.uploaded_at DESC, u.upload_id DESC
LIMIT :most
