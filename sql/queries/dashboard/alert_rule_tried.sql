-- The last trial of a rule on the published past.
-- params: rule
-- grain: at most one run
SELECT run_id, state, scheduled_for, finished_at, asked, outcome, error_zh, error_en
FROM job_run
WHERE job = 'try-rule' AND asked->>'rule' = :rule
ORDER BY run_id DESC
LIMIT 1
