-- A planned run is a row before anybody works on it: made by the schedule or asked for by a person, claimed by one worker,
-- put back when its worker dies. Its steps are told while it runs.
ALTER TABLE job_run
    DROP CONSTRAINT job_run_state_check,
    ALTER COLUMN state SET DEFAULT 'due',
    ALTER COLUMN started_at DROP NOT NULL,
    ALTER COLUMN started_at DROP DEFAULT,
    ADD COLUMN run_id   bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    ADD COLUMN asked_by text,                     -- a login or 'cli'; null: the schedule
    ADD COLUMN asked    jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN rank     smallint NOT NULL DEFAULT 0,  -- among runs of one kind: the lower first, so that areas come before facts
    ADD COLUMN worker   text,                     -- host and process that has or had it
    ADD COLUMN attempt  smallint NOT NULL DEFAULT 0,
    ADD COLUMN done     integer,
    ADD COLUMN steps    integer,
    ADD COLUMN step     text;
UPDATE job_run SET state = 'failed', error = 'interrupted' WHERE state = 'running';
ALTER TABLE job_run ADD CONSTRAINT job_run_state_check CHECK (state IN ('due', 'running', 'done', 'failed', 'skipped'));
DROP INDEX job_run_recent;
CREATE INDEX job_run_recent ON job_run (scheduled_for DESC);
CREATE INDEX job_run_open ON job_run (scheduled_for) WHERE state IN ('due', 'running');

-- A paused job is planned no more until it is resumed; a person may still ask for it.
CREATE TABLE job_pause (
    job       text PRIMARY KEY,
    paused_at timestamptz NOT NULL DEFAULT now(),
    paused_by text NOT NULL
);

-- What an unattended night must tell: a job that failed, a feed that is overdue or delivered what could not be taken.
-- One that is open is closed by what mends it.
CREATE TABLE incident (
    incident_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('job', 'overdue', 'refused')),
    subject     text NOT NULL,                    -- the job or the feed
    said_zh     text NOT NULL,
    said_en     text NOT NULL,
    opened_at   timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,             -- the last time it was seen
    times       integer NOT NULL DEFAULT 1,
    closed_at   timestamptz
);
CREATE UNIQUE INDEX incident_open ON incident (kind, subject) WHERE closed_at IS NULL;
CREATE INDEX incident_recent ON incident (opened_at DESC);

-- A data steward minds feeds, files and jobs.
ALTER TABLE user_grant DROP CONSTRAINT user_grant_role_check;
ALTER TABLE user_grant ADD CONSTRAINT user_grant_role_check
    CHECK (role IN ('admin', 'quality', 'steward', 'manager', 'grid', 'line', 'analyst'));
CREATE OR REPLACE FUNCTION sees_operator() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT holds_every_root(ARRAY['admin', 'quality', 'steward', 'manager', 'analyst'])
$$;
CREATE FUNCTION handles_data() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT holds_every_root(ARRAY['admin', 'quality', 'steward'])
$$;

-- The store's own matters are seen by who sees the operator as a whole.
ALTER TABLE job_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY job_run_scope ON job_run FOR SELECT USING (sees_operator());
ALTER TABLE job_pause ENABLE ROW LEVEL SECURITY;
CREATE POLICY job_pause_scope ON job_pause FOR SELECT USING (sees_operator());
ALTER TABLE incident ENABLE ROW LEVEL SECURITY;
CREATE POLICY incident_scope ON incident FOR SELECT USING (sees_operator());

-- Who handles data may ask for a run; what becomes of it is the schedule's alone.
CREATE POLICY job_run_ask ON job_run FOR INSERT
    WITH CHECK (handles_data() AND state = 'due' AND attempt = 0 AND started_at IS NULL
                AND asked_by = (SELECT u.login FROM app_user u WHERE u.user_id = scope_user()));
