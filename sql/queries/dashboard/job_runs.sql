-- The latest runs, newest first, as row-level security lets the user see them.
-- params: most
-- grain: one planned run
SELECT r.run_id, r.job, r.scheduled_for, r.state, r.late, r.asked_by, r.attempt, r.started_at, r.finished_at, r.outcome,
       r.error_zh, r.error_en,
       j.title_zh, j.title_en
FROM job_run r LEFT JOIN job j ON j.name = split_part(r.job, '\:', 1)
ORDER BY r.scheduled_for DESC, r.run_id DESC
LIMIT :most
