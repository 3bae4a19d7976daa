-- One run.
-- params: run_id
-- grain: one planned run
SELECT run_id, job, scheduled_for, state, late, started_at, finished_at, outcome, error_kind, error_zh, error_en, attempt, asked_by, done, steps, step
FROM job_run
WHERE run_id = :run_id
