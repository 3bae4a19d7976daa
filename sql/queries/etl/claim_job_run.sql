-- Claim one planned run of a job; no row comes back when somebody else has it.
-- params: job, scheduled_for, late
-- grain: one planned run
INSERT INTO job_run (job, scheduled_for, state, late)
VALUES (:job, :scheduled_for, 'running', :late)
ON CONFLICT (job, scheduled_for) DO NOTHING
RETURNING job
