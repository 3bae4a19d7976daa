-- Forget ended runs past their retention, but for the last of each job.
-- params: today, days
-- grain: one planned run
DELETE FROM job_run r
WHERE r.state IN ('done', 'failed', 'skipped') AND r.scheduled_for < CAST(:today AS date) - make_interval(days => :days)
  AND EXISTS (SELECT FROM job_run later WHERE later.job = r.job AND later.scheduled_for > r.scheduled_for)
