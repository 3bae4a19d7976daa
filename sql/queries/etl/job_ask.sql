-- Make a run a person asks for, paused or not; one that waits already, asked for in the same words, is enough.
-- params: job, scheduled_for, asked_by, asked
-- grain: one planned run; none when another made it at this very moment
WITH made AS (
    INSERT INTO job_run (job, scheduled_for, asked_by, asked)
    VALUES (:job, :scheduled_for, :asked_by, CAST(:asked AS jsonb))
    ON CONFLICT DO NOTHING
    RETURNING run_id
)
SELECT run_id, true AS made FROM made
UNION ALL
SELECT run_id, false FROM job_run
WHERE job = :job AND asked = CAST(:asked AS jsonb) AND state = 'due' AND attempt = 0 AND asked_by IS NOT NULL
