-- How the last run of a job (or of any job under a name with a subject) up to a moment ended.
-- params: job, until
-- grain: at most one planned run
SELECT run_id, job, scheduled_for, state, error_zh, error_en
FROM job_run
WHERE (job = CAST(:job AS text) OR starts_with(job, CAST(:job AS text) || '\:')) AND scheduled_for <= :until AND state IN ('done', 'failed')
ORDER BY scheduled_for DESC, run_id DESC
LIMIT 1
