-- How many bytes are waiting to be loaded on the data page, the user's own and everybody's, and how many may.
-- params: login, today
-- grain: one row
SELECT coalesce(sum(u.bytes) FILTER (WHERE u.uploaded_by = :login), 0) AS own, coalesce(sum(u.bytes), 0) AS in_all,
       (SELECT p.value FROM policy p WHERE p.name = 'upload_mb_each' AND p.valid_from <= :today
        ORDER BY p.valid_from DESC LIMIT 1) * 1048576 AS own_most,
       (SELECT p.value FROM policy p WHERE p.name = 'upload_mb_in_all' AND p.valid_from <= :today
        ORDER BY p.valid_from DESC LIMIT 1) * 1048576 AS in_all_most
FROM upload u
WHERE NOT EXISTS (SELECT FROM job_run r WHERE r.job = 'load-upload' AND r.asked->>'upload' = u.upload_id::text
                  AND r.state = 'done' AND r.outcome->>'state' IN ('loaded', 'already'))
