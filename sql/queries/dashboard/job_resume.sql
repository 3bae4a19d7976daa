-- Plan a job again.
-- params: job
-- grain: one job
DELETE FROM job_pause WHERE job = :job
