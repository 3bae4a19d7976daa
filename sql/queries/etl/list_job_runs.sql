-- The latest runs of all jobs or of one (with its subjects), newest first.
-- params: job (null for all), most
-- grain: one planned run
SELECT run_id, job, scheduled_for, state, late, asked_by, attempt, started_at, finished_at, done, steps, step, outcome, error_zh, error_en
FROM job_run
WHERE CAST(:job AS text) IS NULL OR job = CAST(:job AS text) OR starts_with(job, CAST(:job AS text) || '\:')
ORDER BY scheduled_for DESC, run_id DESC
LIMIT :most
