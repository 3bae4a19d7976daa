-- Write down how a claimed run ended.
-- params: job, scheduled_for, state, outcome, error
-- grain: one planned run
UPDATE job_run
SET state = :state, finished_at = now(), outcome = CAST(:outcome AS jsonb), error = :error
WHERE job = :job AND scheduled_for = :scheduled_for
