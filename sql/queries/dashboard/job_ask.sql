-- Make a run the user asks for, paused or not; row-level security refuses another's name.
-- params: job, asked_by, asked
-- grain: one planned run
INSERT INTO job_run (job, scheduled_for, asked_by, asked)
VALUES (:job, clock_timestamp(), :asked_by, CAST(:asked AS jsonb))
ON CONFLICT (job, scheduled_for) DO NOTHING
RETURNING run_id
