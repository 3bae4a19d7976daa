-- The latest runs of all jobs or of one, newest first.
-- params: job (null for all), most
-- grain: one planned run
SELECT job, scheduled_for, state, late, started_at, finished_at, outcome, error
FROM job_run
WHERE CAST(:job AS text) IS NULL OR job = :job
ORDER BY started_at DESC
LIMIT :most
