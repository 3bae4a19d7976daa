-- Make a run a person asks for, paused or not.
-- params: job, scheduled_for, asked_by, asked
-- grain: one planned run
INSERT INTO job_run (job, scheduled_for, asked_by, asked)
VALUES (:job, :scheduled_for, :asked_by, CAST(:asked AS jsonb))
ON CONFLICT (job, scheduled_for) DO NOTHING
RETURNING run_id
