-- Make a planned run of a job unless it is there already, the job (or it for all feeds) is paused or one of it is waiting anyway.
-- params: job, scheduled_for, late, rank
-- grain: one planned run
INSERT INTO job_run (job, scheduled_for, late, rank)
SELECT :job, :scheduled_for, :late, :rank
WHERE NOT EXISTS (SELECT FROM job_pause WHERE job IN (CAST(:job AS text), split_part(CAST(:job AS text), '\:', 1)))
  AND NOT EXISTS (SELECT FROM job_run WHERE job = :job AND state = 'due')
ON CONFLICT (job, scheduled_for) DO NOTHING
RETURNING run_id
