-- Every run that waits or is under way, in the order in which they should begin.
-- params: none
-- grain: one planned run
SELECT run_id, job, scheduled_for, state, late, rank, asked_by, asked, attempt
FROM job_run
WHERE state IN ('due', 'running')
ORDER BY scheduled_for, rank, run_id
