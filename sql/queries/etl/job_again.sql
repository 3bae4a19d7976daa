-- A run whose worker died waits again.
-- params: run_id
-- grain: one planned run
UPDATE job_run SET state = 'due' WHERE run_id = :run_id AND state = 'running'
