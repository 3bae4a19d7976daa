-- Who handles data asks for runs; for a proposal of targets, which may come into force at once, only who plans (job_run_propose).
ALTER POLICY job_run_ask ON job_run
    WITH CHECK (handles_data() AND job <> 'propose' AND state = 'due' AND attempt = 0 AND started_at IS NULL
                AND asked_by = (SELECT u.login FROM app_user u WHERE u.user_id = scope_user()));
