-- Reports on paper as they were made and sent: kept for good, byte for byte. A report of an area is the same for everybody who
-- sees the area in full; what somebody sees of an area in part alone is that reader's own.
CREATE TABLE report (
    report_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id        integer NOT NULL,
    period         text NOT NULL CHECK (period IN ('w', 'm', 'q', 'y')),
    start          date NOT NULL,
    language       text NOT NULL CHECK (language IN ('zh', 'en')),
    publication_id integer NOT NULL,
    reader_id      integer,                      -- null: of everybody who sees the area in full
    title          text NOT NULL,
    pages          smallint NOT NULL,
    said           text[] NOT NULL,              -- its first sentence, and what changed: what a mail says of it
    missing        text[] NOT NULL,              -- parts that could not be made; none: the report is whole
    glyphless      text[] NOT NULL,              -- characters our fonts do not hold
    seconds        double precision NOT NULL,    -- spent on making it
    made_at        timestamptz NOT NULL,
    sha256         text NOT NULL,
    bytes          integer NOT NULL,
    content        bytea NOT NULL
);
ALTER TABLE report ALTER COLUMN content SET STORAGE EXTERNAL;  -- a PDF is compressed already
CREATE UNIQUE INDEX report_whole ON report (area_id, period, start, language, publication_id, coalesce(reader_id, 0))
    WHERE missing = '{}';                         -- made once; one that lacked something may be made again
CREATE INDEX report_recent ON report (period, start DESC, area_id);

CREATE FUNCTION report_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a report that was made is neither changed nor deleted'; END $$;
CREATE TRIGGER report_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON report
    FOR EACH STATEMENT EXECUTE FUNCTION report_is_kept();

-- The publication a run reports on: one that is begun again after a crash goes on with it, whatever was published since.
CREATE TABLE report_run (
    run_id         bigint PRIMARY KEY,
    period         text NOT NULL,
    start          date NOT NULL,
    publication_id integer NOT NULL,
    begun_at       timestamptz NOT NULL
);

-- Who gets which reports: a user, in the own scope; or addresses, in the scope of who wrote them down and answers for them.
CREATE TABLE report_subscription (
    subscription_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id    integer NOT NULL,
    cadence    text NOT NULL CHECK (cadence IN ('w', 'm')),
    language   text NOT NULL CHECK (language IN ('zh', 'en')),
    user_id    integer REFERENCES app_user ON DELETE CASCADE,
    addresses  text[],
    made_by    integer NOT NULL REFERENCES app_user ON DELETE CASCADE,
    made_at    timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    CHECK ((user_id IS NULL) <> (addresses IS NULL)),
    CHECK (cardinality(addresses) BETWEEN 1 AND 50)
);
CREATE UNIQUE INDEX report_subscription_once ON report_subscription (user_id, area_id, cadence) WHERE ended_at IS NULL;
CREATE INDEX report_subscription_open ON report_subscription (cadence) WHERE ended_at IS NULL;

-- Whether a user may see anything of an area, and whether all of it.
CREATE FUNCTION sees_area(who integer, place integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM user_area u WHERE u.user_id = who AND u.area_id = place)
        OR EXISTS (SELECT FROM user_grant g WHERE g.user_id = who AND g.role = 'line')
$$;
CREATE FUNCTION sees_whole_area(who integer, place integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM user_area u WHERE u.user_id = who AND u.area_id = place AND u.reach = 'full')
$$;

ALTER TABLE report ENABLE ROW LEVEL SECURITY;
CREATE POLICY report_scope ON report FOR SELECT USING (
    reader_id IS NULL AND area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
    OR reader_id = scope_user() AND sees_area(scope_user(), area_id));
ALTER TABLE report_run ENABLE ROW LEVEL SECURITY;

ALTER TABLE report_subscription ENABLE ROW LEVEL SECURITY;
CREATE POLICY report_subscription_seen ON report_subscription FOR SELECT USING (
    user_id = scope_user() OR made_by = scope_user() OR (SELECT is_administrator()));
CREATE POLICY report_subscription_make ON report_subscription FOR INSERT WITH CHECK (
    made_by = scope_user() AND ended_at IS NULL
    AND (user_id = scope_user() AND sees_area(scope_user(), area_id)
         OR addresses IS NOT NULL AND sees_whole_area(scope_user(), area_id)
            AND EXISTS (SELECT FROM user_grant g WHERE g.user_id = scope_user() AND g.role IN ('admin', 'quality', 'manager'))));
CREATE POLICY report_subscription_end ON report_subscription FOR UPDATE USING (
    user_id = scope_user() OR made_by = scope_user() OR (SELECT is_administrator()));

-- Anybody signed in may have a report made of what is seen; the schedule makes it. The run's number; one that waits with the same
-- words is enough, and nobody has more than a few waiting.
CREATE FUNCTION ask_report(place integer, period_code text, spoken text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    who app_user; words jsonb; found bigint; waiting integer;
BEGIN
    SELECT * INTO who FROM app_user u WHERE u.user_id = scope_user() AND NOT u.disabled;
    IF who.user_id IS NULL OR NOT sees_area(who.user_id, place) OR spoken NOT IN ('zh', 'en') THEN
        RAISE insufficient_privilege USING MESSAGE = 'no report of this area for this user';
    END IF;
    words := jsonb_build_object('area', (SELECT a.code FROM area a WHERE a.area_id = place), 'period', period_code,
                                'language', spoken, 'user', who.user_id);
    SELECT r.run_id INTO found FROM job_run r WHERE r.job = 'report' AND r.state IN ('due', 'running') AND r.asked = words;
    IF found IS NOT NULL THEN RETURN found; END IF;
    SELECT count(*) INTO waiting FROM job_run r
    WHERE r.job = 'report' AND r.state IN ('due', 'running') AND r.asked->'user' = to_jsonb(who.user_id);
    IF waiting >= 5 THEN RETURN NULL; END IF;
    INSERT INTO job_run (job, scheduled_for, asked_by, asked) VALUES ('report', clock_timestamp(), who.login, words)
    RETURNING run_id INTO STRICT found;
    RETURN found;
END $$;

-- What became of the reports the reader asked for, the newest first.
CREATE FUNCTION asked_reports() RETURNS TABLE (
    run_id bigint, asked jsonb, state text, scheduled_for timestamptz, finished_at timestamptz, outcome jsonb,
    error_zh text, error_en text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT r.run_id, r.asked, r.state, r.scheduled_for, r.finished_at, r.outcome, r.error_zh, r.error_en
    FROM job_run r
    WHERE r.job = 'report' AND r.asked->'user' = to_jsonb(scope_user())
    ORDER BY r.scheduled_for DESC LIMIT 10
$$;
CREATE INDEX job_run_of_reports ON job_run ((asked->'user'), scheduled_for DESC) WHERE job = 'report';

-- When a schedule last said that it is awake: no secret of the operator's.
CREATE FUNCTION schedule_seen() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$ SELECT max(j.seen_at) FROM job j $$;

-- A run of reports that lacked something is an incident until a run lacks nothing.
ALTER TABLE incident DROP CONSTRAINT incident_kind_check;
ALTER TABLE incident ADD CONSTRAINT incident_kind_check CHECK (kind IN ('job', 'overdue', 'refused', 'report'));

INSERT INTO policy (name, value, valid_from, note_zh, note_en) VALUES
    ('report_mail_kb', 4096, DATE '2020-01-01', '邮件附件不超过多少 kB，超过则只给链接',
     'kB of a report attached to a mail, at most; a larger one is told by its link')
ON CONFLICT DO NOTHING;
