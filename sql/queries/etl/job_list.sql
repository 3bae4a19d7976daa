-- What is known of each job: its pause, its last run, its last success.
-- params: none
-- grain: one job (with its subject)
WITH named AS (SELECT job FROM job_run UNION SELECT job FROM job_pause)
SELECT n.job, p.paused_at, p.paused_by, l.state, l.scheduled_for, l.started_at, l.finished_at, l.error_zh, l.error_en, l.late, d.done_at
FROM named n
LEFT JOIN job_pause p USING (job)
LEFT JOIN LATERAL (SELECT * FROM job_run r WHERE r.job = n.job ORDER BY r.scheduled_for DESC, r.run_id DESC LIMIT 1) l ON true
LEFT JOIN LATERAL (SELECT max(r.finished_at) AS done_at FROM job_run r WHERE r.job = n.job AND r.state = 'done') d ON true
ORDER BY n.job
