-- A worker takes a run.
-- params: run_id, worker, now
-- grain: one planned run
UPDATE job_run
SET state = 'running', worker = :worker, started_at = :now, attempt = attempt + 1, done = NULL, steps = NULL, step = NULL
WHERE run_id = :run_id AND state = 'due'
RETURNING attempt
