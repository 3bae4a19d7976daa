-- Runs that wait or are under way, as row-level security lets the user see them.
-- params: none
-- grain: one planned run
SELECT r.run_id, r.job, r.scheduled_for, r.state, r.asked_by, r.asked, r.attempt, r.started_at, r.done, r.steps, r.step,
       j.title_zh, j.title_en
FROM job_run r LEFT JOIN job j ON j.name = split_part(r.job, '\:', 1)
WHERE r.state IN ('due', 'running')
ORDER BY r.state = 'due', r.scheduled_for, r.run_id
