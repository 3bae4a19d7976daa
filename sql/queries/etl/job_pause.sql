-- Plan a job no more.
-- params: job, by
-- grain: one job
INSERT INTO job_pause (job, paused_by) VALUES (:job, :by) ON CONFLICT (job) DO NOTHING
