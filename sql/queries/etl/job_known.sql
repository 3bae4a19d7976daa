-- Whether a job ever had a planned run.
-- params: job
-- grain: one row
SELECT EXISTS (SELECT FROM job_run WHERE job = :job) AS known
