-- Write down how a run ended; nothing happens when another worker has it meanwhile.
-- params: run_id, attempt, state, outcome, error_kind, error_zh, error_en, now
-- grain: one planned run
UPDATE job_run
SET state = :state, finished_at = :now, outcome = CAST(:outcome AS jsonb), error_kind = :error_kind,
    error_zh = :error_zh, error_en = :error_en, step = NULL
WHERE run_id = :run_id AND attempt = :attempt AND state IN ('due', 'running')
