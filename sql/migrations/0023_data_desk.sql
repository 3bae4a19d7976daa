-- What the data page handles: the plan as the schedule knows it, files given through the browser, what the checks of a
-- publication found.

-- The jobs, written down by the schedule itself while it is awake: the web knows them from here alone.
CREATE TABLE job (
    name     text PRIMARY KEY,
    place    smallint NOT NULL,                   -- their order
    title_zh text NOT NULL,
    title_en text NOT NULL,
    cron     text NOT NULL,                       -- empty: when there is something to do
    takes_feed boolean NOT NULL DEFAULT false,    -- runs for one feed each (load:FEED)
    asked_only boolean NOT NULL DEFAULT false,    -- begun by what somebody gives, never planned
    next_at  timestamptz,
    seen_at  timestamptz NOT NULL                 -- when a schedule last said so
);
ALTER TABLE job ENABLE ROW LEVEL SECURITY;
CREATE POLICY job_scope ON job FOR SELECT USING ((SELECT sees_operator()));

-- Files given through the browser: their bytes wait here for the schedule, which alone reads them.
CREATE TABLE upload (
    upload_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed_id     text,                             -- null: to be told by the file's name
    name        text NOT NULL,
    bytes       bigint NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX upload_recent ON upload (uploaded_at DESC);
CREATE TABLE upload_chunk (
    upload_id bigint NOT NULL REFERENCES upload ON DELETE CASCADE,
    place     integer NOT NULL,
    content   bytea NOT NULL,
    PRIMARY KEY (upload_id, place)
);
ALTER TABLE upload_chunk ALTER COLUMN content SET STORAGE EXTERNAL;  -- read as it is, once
ALTER TABLE upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload_chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY upload_scope ON upload FOR SELECT USING ((SELECT handles_data()));
CREATE POLICY upload_give ON upload FOR INSERT
    WITH CHECK (handles_data() AND uploaded_by = (SELECT u.login FROM app_user u WHERE u.user_id = scope_user()));
CREATE POLICY upload_chunk_give ON upload_chunk FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM upload u JOIN app_user a ON a.login = u.uploaded_by
                        WHERE u.upload_id = upload_chunk.upload_id AND a.user_id = scope_user()));
CREATE INDEX job_run_of_upload ON job_run ((asked->>'upload')) WHERE job IN ('check', 'load-upload');

-- What each check found at a publication; those that found nothing too.
CREATE TABLE publication_check (
    publication_id integer NOT NULL,
    name     text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('fail', 'warn')),
    said_zh  text NOT NULL,
    said_en  text NOT NULL,
    found    smallint NOT NULL,                   -- rows at fault that were kept
    rows     jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (publication_id, name)
);
ALTER TABLE publication_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY publication_check_scope ON publication_check FOR SELECT USING ((SELECT sees_operator()));

-- Who handles data may pause a job and resume it, in his own name.
CREATE POLICY job_pause_set ON job_pause FOR INSERT
    WITH CHECK (handles_data() AND paused_by = (SELECT u.login FROM app_user u WHERE u.user_id = scope_user()));
CREATE POLICY job_pause_lift ON job_pause FOR DELETE USING ((SELECT handles_data()));

-- Asked once a statement, not for every row.
ALTER POLICY job_run_scope ON job_run USING ((SELECT sees_operator()));
ALTER POLICY job_pause_scope ON job_pause USING ((SELECT sees_operator()));
ALTER POLICY incident_scope ON incident USING ((SELECT sees_operator()));
