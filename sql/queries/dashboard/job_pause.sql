-- Plan a job no more; row-level security refuses another's name.
-- params: job, by
-- grain: one job
INSERT INTO job_pause (job, paused_by) VALUES (:job, :by) ON CONFLICT (job) DO NOTHING
