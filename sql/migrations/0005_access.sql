-- Who may see what. A grant is role x area x line; what it reaches is spelled out in user_area, so that
-- a row-level policy is one look-up. The dashboard's role owns nothing and cannot bypass these policies.
CREATE TABLE app_user (
    user_id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login         text NOT NULL UNIQUE,
    name          text NOT NULL,
    email         text,
    password_hash text NOT NULL,
    language      text NOT NULL DEFAULT 'zh' CHECK (language IN ('zh', 'en')),
    disabled      boolean NOT NULL DEFAULT false,
    session_epoch integer NOT NULL DEFAULT 1,    -- raised by logout, password, role or area change
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE user_grant (
    user_id integer NOT NULL REFERENCES app_user ON DELETE CASCADE,
    role    text NOT NULL CHECK (role IN ('admin', 'quality', 'manager', 'grid', 'line', 'analyst')),
    area_id integer NOT NULL REFERENCES area,
    line_id text REFERENCES line,
    UNIQUE (user_id, role, area_id, line_id),
    CHECK ((role = 'line') = (line_id IS NOT NULL))
);

CREATE TABLE user_area (
    user_id integer NOT NULL REFERENCES app_user ON DELETE CASCADE,
    area_id integer NOT NULL REFERENCES area,
    reach   text NOT NULL CHECK (reach IN ('full', 'above')),
    PRIMARY KEY (user_id, area_id)
);

CREATE FUNCTION refresh_user_area(only_user integer DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    DELETE FROM user_area WHERE only_user IS NULL OR user_id = only_user;
    INSERT INTO user_area (user_id, area_id, reach)
    SELECT user_id, area_id, CASE WHEN bool_or(below) THEN 'full' ELSE 'above' END
    FROM (
        SELECT g.user_id, c.descendant_id AS area_id, true AS below
        FROM user_grant g JOIN area_closure c ON c.ancestor_id = g.area_id
        WHERE g.role <> 'line'
        UNION ALL
        SELECT g.user_id, c.ancestor_id, false
        FROM user_grant g JOIN area_closure c ON c.descendant_id = g.area_id
    ) reached
    WHERE only_user IS NULL OR user_id = only_user
    GROUP BY user_id, area_id;
$$;

-- The user of this transaction, set by SET LOCAL through sql.scoped(); nobody when unset.
CREATE FUNCTION scope_user() RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('manyi.user', true), '')::integer
$$;

CREATE TABLE audit (
    audit_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT now(),
    user_id   integer,
    actor     text NOT NULL,
    action    text NOT NULL,
    subject   text NOT NULL,
    detail    jsonb NOT NULL DEFAULT '{}'
);
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit table is append-only'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

CREATE TABLE task (
    task_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL,
    title      text NOT NULL,
    area_id    integer NOT NULL REFERENCES area,
    line_id    text REFERENCES line,
    owner_id   integer REFERENCES app_user,
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'doing', 'done', 'closed', 'reopened')),
    due_on     date,
    source     jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE login_attempt (
    at       timestamptz NOT NULL DEFAULT now(),
    login    text NOT NULL,
    address  text NOT NULL,
    ok       boolean NOT NULL
);
CREATE INDEX login_attempt_recent ON login_attempt (login, at);
CREATE INDEX login_attempt_address ON login_attempt (address, at);

-- Row-level security. Full reach: own area and below. Above: headline readings of ancestors only.
-- A line owner sees the line's indicators everywhere.
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['score_rollup', 'ratio_rollup'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY %I ON %I FOR SELECT USING (
            area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
            OR (cut = 'all'
                AND indicator_id IN (SELECT i.indicator_id FROM indicator i WHERE i.headline IS NOT NULL)
                AND area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()))
            OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                                WHERE g.user_id = scope_user() AND g.role = 'line'))$p$, t || '_scope', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['response', 'answer', 'response_detail', 'invitation', 'complaint',
                             'process_reading', 'subscriber', 'weight_cell', 'rank_band', 'coverage', 'task'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY %I ON %I FOR SELECT USING (
            area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full'))$p$,
            t || '_scope', t);
    END LOOP;
END $$;
