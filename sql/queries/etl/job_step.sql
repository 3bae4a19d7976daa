-- How far a run has come.
-- params: run_id, attempt, done, steps, step
-- grain: one planned run
UPDATE job_run SET done = :done, steps = :steps, step = :step
WHERE run_id = :run_id AND attempt = :attempt AND state = 'running'
