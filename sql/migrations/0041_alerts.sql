-- Alerts: the rules in force, where every watched series stands, the episodes that opened, what happened to each, and why.
-- Finding and telling are two things: detection writes episodes and their events, delivery reads the events.

-- A rule as it was from valid_from on; the highest version is in force, none is ever changed or deleted.
CREATE TABLE alert_rule (
    rule       text NOT NULL,
    version    integer NOT NULL CHECK (version > 0),
    kind       text NOT NULL CHECK (kind IN ('fall', 'threshold', 'target', 'surge', 'process', 'rank', 'feed', 'quality')),
    name_zh    text NOT NULL,
    name_en    text NOT NULL,
    indicators text[],                            -- codes; null: all the kind is made for
    levels     smallint[] NOT NULL,               -- of the areas watched
    area_id    integer REFERENCES area,           -- this area and below; null: everywhere
    period     char(1) NOT NULL CHECK (period IN ('d', 'w', 'm', 'q', 'y')),
    limits     jsonb NOT NULL DEFAULT '{}',       -- numbers by name, as etl/domain/alert_rule.py reads them
    owner      text NOT NULL,                     -- who answers for the rule
    severity   smallint NOT NULL CHECK (severity BETWEEN 1 AND 3),  -- 1 urgent, 2 important, 3 to note
    recipients text[] NOT NULL,                   -- roles told in their scope
    escalate_days smallint NOT NULL CHECK (escalate_days > 0),      -- unacknowledged so long, it goes one level up
    review_due date NOT NULL,
    enabled    boolean NOT NULL,
    valid_from timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL,
    note       text NOT NULL DEFAULT '',
    PRIMARY KEY (rule, version)
);

-- Where a series stood after the last period judged: the statistic recomputed from the published readings, the life kept.
CREATE TABLE series_state (
    rule         text NOT NULL,
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    start        date NOT NULL,                   -- the period judged last
    chart_from   date,                            -- the first period of its chart; the 12 before it are the baseline
    baseline     double precision,                -- b, its variance v_b, and the level's σ² and φ²
    baseline_variance double precision,
    sigma2       double precision,
    phi2         double precision,
    e            double precision,
    v            double precision,
    t            smallint NOT NULL DEFAULT 0,
    s            double precision,                -- null: not judged in this period
    state        text NOT NULL CHECK (state IN ('ok', 'pending', 'firing', 'acknowledged', 'recovering', 'no_data', 'error', 'too_few')),
    beneath      text NOT NULL CHECK (beneath IN ('ok', 'pending', 'firing', 'acknowledged', 'recovering')),
    told         double precision NOT NULL DEFAULT 0,
    calm         smallint NOT NULL DEFAULT 0,
    held         smallint NOT NULL DEFAULT 0,
    frozen       boolean NOT NULL DEFAULT false,  -- the baseline stays while the series is not ok
    publication_id integer NOT NULL,
    PRIMARY KEY (rule, area_id, indicator_id)
);

-- An alert from its opening to its closing.
CREATE TABLE episode (
    episode_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule         text NOT NULL,
    version      integer NOT NULL,                -- of the rule that opened it
    kind         text NOT NULL,
    area_id      integer NOT NULL REFERENCES area, -- where it is placed
    indicator_id smallint,                        -- null: of a feed
    subject      text NOT NULL DEFAULT '',        -- the feed, or what of the answers moved ('volume', 'mode')
    period       char(1) NOT NULL,
    start        date NOT NULL,                   -- the period in which it opened
    latest       date NOT NULL,                   -- the period judged last
    since        date,                            -- when the fall most likely began
    severity     smallint NOT NULL CHECK (severity BETWEEN 1 AND 3),
    state        text NOT NULL CHECK (state IN ('firing', 'acknowledged', 'recovering', 'no_data', 'error', 'too_few', 'ok')),
    value        double precision,                -- the reading of the latest period; null where it may not be shown
    low          double precision,
    high         double precision,
    n            double precision,
    n_eff        double precision,
    expected     double precision,                -- what its own past and its parent's movement led one to expect
    size         double precision,                -- reading minus expected since it began, in the indicator's unit
    s            double precision,                -- now, when it opened, and the worst
    opened_s     double precision,
    worst_s      double precision,
    fast         boolean NOT NULL DEFAULT false,  -- by one period alone
    detail       jsonb NOT NULL DEFAULT '{}',     -- figures of the rule's kind: threshold, target and chance, surge and limit, mix
    line_id      text REFERENCES line,            -- the line that owns the indicator
    first_pub    integer NOT NULL,
    opened_at    timestamptz NOT NULL,
    acknowledged_at   timestamptz,
    acknowledged_by   text,
    acknowledged_note text,
    owner        text,                            -- who took it on
    escalated    smallint NOT NULL DEFAULT 0,     -- levels up from where it is placed
    escalated_at timestamptz,
    task_id      bigint REFERENCES task,          -- the improvement it led to
    reopened_of  bigint REFERENCES episode,       -- the same series fell again soon after
    closed       date,
    closed_at    timestamptz
);
CREATE UNIQUE INDEX episode_open ON episode (rule, area_id, coalesce(indicator_id, 0), subject) WHERE closed_at IS NULL;
CREATE INDEX episode_recent ON episode (opened_at DESC);
CREATE INDEX episode_of_area ON episode (area_id, indicator_id);

-- What happened to an episode, in order; what is delivered is made of this alone.
CREATE TABLE episode_event (
    event_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    episode_id bigint NOT NULL REFERENCES episode,
    what       text NOT NULL CHECK (what IN ('fired', 'reopened', 'worsened', 'escalated', 'acknowledged', 'silenced', 'unsilenced',
                                             'assigned', 'recovered')),
    at         timestamptz NOT NULL,
    start      date,                              -- the period it is about
    s          double precision,
    by         text,                              -- a login, 'cli', or null: found by detection
    detail     jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX episode_event_of ON episode_event (episode_id, event_id);
CREATE FUNCTION episode_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what happened to an alert is append-only'; END $$;
CREATE TRIGGER episode_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON episode_event
    FOR EACH STATEMENT EXECUTE FUNCTION episode_event_is_append_only();

-- The series behind an episode, period by period: why it fired.
CREATE TABLE episode_point (
    episode_id bigint NOT NULL REFERENCES episode,
    start      date NOT NULL,
    value      double precision,
    n_eff      double precision,
    expected   double precision,
    s          double precision,                  -- null before the chart begins and where it was not judged
    limit_s    double precision,                  -- S below it signals
    tested     boolean NOT NULL,                  -- false: of the baseline, incomplete, or held back by a gate
    PRIMARY KEY (episode_id, start)
);

-- What stands beside an episode: who carries it, what moved before it and with it, what was declared. Goes with, never causes.
CREATE TABLE episode_cause (
    episode_id   bigint NOT NULL REFERENCES episode,
    place        smallint NOT NULL,               -- the strongest of its kind first
    kind         text NOT NULL CHECK (kind IN ('child', 'grid', 'cut', 'process', 'complaint', 'mix', 'event')),
    area_id      integer,                         -- of child and grid
    indicator_id smallint,                        -- of process and complaint
    cut          text,
    value        text,                            -- of the cut
    event_id     bigint,
    contribution double precision,                -- of child and cut: points of the area's change; else the own change in its unit
    low          double precision,
    high         double precision,
    start        date,                            -- when it moved
    detail       jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (episode_id, place)
);

-- A silence has an end and a reason; it holds for its area and all below.
CREATE TABLE silence (
    silence_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id      integer NOT NULL REFERENCES area,
    rule         text,                            -- null: every rule
    indicator_id smallint,                        -- null: every indicator
    until        timestamptz NOT NULL,
    reason       text NOT NULL CHECK (reason <> ''),
    by           text NOT NULL,
    at           timestamptz NOT NULL,
    ended_at     timestamptz,                     -- lifted before its time
    ended_by     text,
    digested_at  timestamptz,                     -- when its end was told
    CHECK (until > at)
);

-- Declared happenings: annotated on trends, offered among what goes with a fall.
CREATE TABLE declared_event (
    event_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('tariff', 'outage', 'holiday', 'campaign', 'survey', 'other')),
    area_id     integer NOT NULL REFERENCES area, -- holds for it and all below
    line_id     text REFERENCES line,
    first_day   date NOT NULL,
    last_day    date NOT NULL,
    words       text NOT NULL CHECK (words <> ''),
    declared_by text NOT NULL,
    declared_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text,
    CHECK (last_day >= first_day)
);
CREATE INDEX declared_event_days ON declared_event (first_day, last_day);

-- Which publication was looked through, so that each is once.
ALTER TABLE publication ADD COLUMN detected_at timestamptz;

-- Who sees what: an episode as the reading it speaks of (own area and below; of the areas above headline outcomes; a line's
-- indicators everywhere), a feed's by who sees the operator. What stands beside it tells of siblings and parts: own areas and own
-- lines only.
CREATE FUNCTION sees_fully(of_area integer, of_indicator integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM user_area u WHERE u.user_id = scope_user() AND u.area_id = of_area AND u.reach = 'full')
        OR EXISTS (SELECT FROM indicator i JOIN user_grant g USING (line_id)
                   WHERE i.indicator_id = of_indicator AND g.user_id = scope_user() AND g.role = 'line')
$$;
ALTER TABLE episode ENABLE ROW LEVEL SECURITY;
CREATE POLICY episode_scope ON episode FOR SELECT USING (
    (kind = 'feed' AND (SELECT sees_operator()))
    OR (kind <> 'feed' AND (
        area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
        OR (indicator_id IN (SELECT i.indicator_id FROM indicator i WHERE i.headline IS NOT NULL)
            AND area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()))
        OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                            WHERE g.user_id = scope_user() AND g.role = 'line'))));
ALTER TABLE episode_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY episode_event_scope ON episode_event FOR SELECT USING (
    EXISTS (SELECT FROM episode e WHERE e.episode_id = episode_event.episode_id));  -- as the episode itself
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['episode_point', 'episode_cause'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY %I ON %I FOR SELECT USING (
            EXISTS (SELECT FROM episode e WHERE e.episode_id = %I.episode_id AND sees_fully(e.area_id, e.indicator_id)))$p$,
            t || '_scope', t, t);
    END LOOP;
END $$;
ALTER TABLE series_state ENABLE ROW LEVEL SECURITY;
CREATE POLICY series_state_scope ON series_state FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
    OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                        WHERE g.user_id = scope_user() AND g.role = 'line'));
-- Rules are the same for everybody; a silence and a declared event are seen by whoever the area concerns.
ALTER TABLE alert_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY alert_rule_scope ON alert_rule FOR SELECT USING (
    EXISTS (SELECT FROM user_area u WHERE u.user_id = scope_user()));
ALTER TABLE silence ENABLE ROW LEVEL SECURITY;
CREATE POLICY silence_scope ON silence FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()));
ALTER TABLE declared_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY declared_event_scope ON declared_event FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()));

-- What people do, through functions that ask for the right, write the event and the audit line, and nothing else. They run with the
-- owner's rights; the owner's own sessions (the command line) act for 'cli'.
CREATE FUNCTION acting_login() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    found text;
BEGIN
    IF scope_user() IS NULL THEN
        IF session_user = current_user THEN RETURN 'cli'; END IF;
        RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT u.login INTO STRICT found FROM app_user u WHERE u.user_id = scope_user() AND NOT u.disabled;
    RETURN found;
END $$;

-- Who answers for an area (not analysts, not the areas above or beside) or owns the line, everywhere.
CREATE FUNCTION may_act_on(of_area integer, of_line text) RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
BEGIN
    IF scope_user() IS NULL THEN RETURN session_user = current_user; END IF;
    RETURN EXISTS (
        SELECT FROM user_grant g
        JOIN area_closure c ON c.ancestor_id = g.area_id AND c.descendant_id = of_area
        JOIN area d ON d.area_id = c.descendant_id AND c.valid_to = d.valid_to
        WHERE g.user_id = scope_user()
          AND (g.role IN ('admin', 'quality', 'manager', 'grid') OR (g.role = 'line' AND g.line_id = of_line)));
END $$;

CREATE FUNCTION audit_alert(action text, subject text, detail jsonb) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
    INSERT INTO audit (user_id, actor, action, subject, detail) VALUES (scope_user(), acting_login(), action, subject, detail)
$$;
REVOKE ALL ON FUNCTION audit_alert(text, text, jsonb) FROM PUBLIC;

-- Somebody takes alerts on: an open one that is not acknowledged yet. How many were.
CREATE FUNCTION acknowledge_episodes(ids bigint[], taken_on_by text, note text) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    one record;
    done integer := 0;
BEGIN
    FOR one IN SELECT * FROM episode e WHERE e.episode_id = ANY(ids) AND e.closed_at IS NULL AND e.acknowledged_at IS NULL
               ORDER BY e.episode_id FOR UPDATE LOOP
        CONTINUE WHEN NOT may_act_on(one.area_id, one.line_id);
        UPDATE episode SET acknowledged_at = now(), acknowledged_by = acting_login(), acknowledged_note = coalesce(note, ''),
               owner = coalesce(nullif(taken_on_by, ''), acting_login()),
               state = CASE state WHEN 'firing' THEN 'acknowledged' ELSE state END
        WHERE episode_id = one.episode_id;
        UPDATE series_state SET state = CASE state WHEN 'firing' THEN 'acknowledged' ELSE state END,
               beneath = CASE beneath WHEN 'firing' THEN 'acknowledged' ELSE beneath END
        WHERE rule = one.rule AND area_id = one.area_id AND indicator_id = one.indicator_id;
        INSERT INTO episode_event (episode_id, what, at, start, s, by, detail)
        VALUES (one.episode_id, 'acknowledged', now(), one.latest, one.s, acting_login(),
                jsonb_build_object('owner', coalesce(nullif(taken_on_by, ''), acting_login()), 'note', coalesce(note, '')));
        PERFORM audit_alert('alert_acknowledged', 'episode ' || one.episode_id, jsonb_build_object('note', coalesce(note, '')));
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;

-- Silence an area and all below until a moment, for a reason; its number.
CREATE FUNCTION silence_alerts(of_area integer, of_rule text, of_indicator integer, until_then timestamptz, because text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    IF NOT may_act_on(of_area, (SELECT i.line_id FROM indicator i WHERE i.indicator_id = of_indicator)) THEN
        RAISE EXCEPTION 'no right to silence alerts there' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF until_then <= now() OR until_then > now() + interval '92 days' OR btrim(coalesce(because, '')) = '' THEN
        RAISE EXCEPTION 'a silence needs a reason and an end within 92 days' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO silence (area_id, rule, indicator_id, until, reason, by, at)
    VALUES (of_area, of_rule, of_indicator, until_then, btrim(because), acting_login(), now()) RETURNING silence_id INTO made;
    INSERT INTO episode_event (episode_id, what, at, start, s, by, detail)
    SELECT e.episode_id, 'silenced', now(), e.latest, e.s, acting_login(),
           jsonb_build_object('silence', made, 'until', until_then, 'reason', btrim(because))
    FROM episode e
    WHERE e.closed_at IS NULL AND silenced_by(made, e.area_id, e.rule, e.indicator_id);
    PERFORM audit_alert('alerts_silenced', 'area ' || of_area,
                        jsonb_build_object('silence', made, 'rule', of_rule, 'indicator', of_indicator, 'until', until_then,
                                           'reason', btrim(because)));
    RETURN made;
END $$;

-- Whether a silence speaks of such an episode, whatever the hour.
CREATE FUNCTION silenced_by(of_silence bigint, of_area integer, of_rule text, of_indicator integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM silence s JOIN area_closure c ON c.ancestor_id = s.area_id AND c.descendant_id = of_area
        WHERE s.silence_id = of_silence AND (s.rule IS NULL OR s.rule = of_rule)
          AND (s.indicator_id IS NULL OR s.indicator_id = of_indicator))
$$;

-- Lift a silence before its time; whether there was one.
CREATE FUNCTION lift_silence(of_silence bigint) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    one record;
BEGIN
    SELECT * INTO one FROM silence s WHERE s.silence_id = of_silence AND s.ended_at IS NULL AND s.until > now() FOR UPDATE;
    IF NOT FOUND THEN RETURN false; END IF;
    IF NOT may_act_on(one.area_id, (SELECT i.line_id FROM indicator i WHERE i.indicator_id = one.indicator_id)) THEN
        RAISE EXCEPTION 'no right to lift that silence' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE silence SET ended_at = now(), ended_by = acting_login() WHERE silence_id = of_silence;
    INSERT INTO episode_event (episode_id, what, at, start, s, by, detail)
    SELECT e.episode_id, 'unsilenced', now(), e.latest, e.s, acting_login(), jsonb_build_object('silence', of_silence)
    FROM episode e
    WHERE e.closed_at IS NULL AND silenced_by(of_silence, e.area_id, e.rule, e.indicator_id);
    PERFORM audit_alert('silence_lifted', 'silence ' || of_silence, '{}');
    RETURN true;
END $$;

-- Declare what is known to happen, and withdraw it.
CREATE FUNCTION declare_event(of_kind text, of_area integer, of_line text, from_day date, to_day date, said text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    IF NOT may_act_on(of_area, of_line) THEN
        RAISE EXCEPTION 'no right to declare an event there' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO declared_event (kind, area_id, line_id, first_day, last_day, words, declared_by, declared_at)
    VALUES (of_kind, of_area, of_line, from_day, to_day, btrim(said), acting_login(), now()) RETURNING event_id INTO made;
    PERFORM audit_alert('event_declared', 'event ' || made, jsonb_build_object('kind', of_kind, 'area', of_area, 'words', btrim(said)));
    RETURN made;
END $$;
CREATE FUNCTION withdraw_event(of_event bigint) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    one record;
BEGIN
    SELECT * INTO one FROM declared_event d WHERE d.event_id = of_event AND d.withdrawn_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN RETURN false; END IF;
    IF NOT may_act_on(one.area_id, one.line_id) THEN
        RAISE EXCEPTION 'no right to withdraw that event' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE declared_event SET withdrawn_at = now(), withdrawn_by = acting_login() WHERE event_id = of_event;
    PERFORM audit_alert('event_withdrawn', 'event ' || of_event, '{}');
    RETURN true;
END $$;

-- A new version of a rule; what is null stays as it was. Who handles the whole store's alerts: administrators and the quality
-- department. The new version's number.
CREATE FUNCTION change_rule(of_rule text, new_limits jsonb, new_severity integer, new_recipients text[], new_escalate_days integer,
                            new_owner text, new_review_due date, new_enabled boolean, because text)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    old alert_rule;
BEGIN
    IF scope_user() IS NOT NULL AND NOT holds_every_root(ARRAY['admin', 'quality']) OR
       scope_user() IS NULL AND session_user <> current_user THEN
        RAISE EXCEPTION 'no right to change rules' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO STRICT old FROM alert_rule r WHERE r.rule = of_rule ORDER BY r.version DESC LIMIT 1 FOR UPDATE;
    INSERT INTO alert_rule (rule, version, kind, name_zh, name_en, indicators, levels, area_id, period, limits, owner, severity,
                            recipients, escalate_days, review_due, enabled, changed_by, note)
    VALUES (old.rule, old.version + 1, old.kind, old.name_zh, old.name_en, old.indicators, old.levels, old.area_id, old.period,
            old.limits || coalesce(new_limits, '{}'), coalesce(new_owner, old.owner), coalesce(new_severity, old.severity),
            coalesce(new_recipients, old.recipients), coalesce(new_escalate_days, old.escalate_days),
            coalesce(new_review_due, old.review_due), coalesce(new_enabled, old.enabled), acting_login(), coalesce(because, ''));
    PERFORM audit_alert('alert_rule_changed', of_rule, jsonb_build_object(
        'version', old.version + 1, 'limits', new_limits, 'severity', new_severity, 'recipients', new_recipients,
        'escalate_days', new_escalate_days, 'owner', new_owner, 'review_due', new_review_due, 'enabled', new_enabled,
        'because', because));
    RETURN old.version + 1;
END $$;

-- The rules an operator begins with. Limits are in-control runs of 370, 1000 and 3000 periods (etl/domain/detect.py).
INSERT INTO alert_rule (rule, version, kind, name_zh, name_en, indicators, levels, period, limits, owner, severity, recipients,
                        escalate_days, review_due, enabled, changed_by) VALUES
    ('outcome_fall', 1, 'fall', '结果指标下滑', 'Falling outcome', NULL, '{0,1,2,3,4}', 'm',
     '{"of": "outcome", "country": 2.7634, "province": 2.7634, "city": 2.7634, "county": 3.1025, "false_share": 0.10, "single": 4, "material": 2, "material_grid": 5, "hold": 0}',
     '质量管理部', 1, '{quality,manager,grid,line}', 5, '2027-10-15', true, 'manyi'),
    ('perception_fall', 1, 'fall', '感知指标下滑', 'Falling perception', NULL, '{0,1,2,3}', 'm',
     '{"of": "perception", "country": 2.7634, "province": 2.7634, "city": 2.7634, "county": 3.1025, "single": 4, "material": 2, "hold": 0}',
     '质量管理部', 2, '{quality,manager,line}', 10, '2027-10-15', true, 'manyi'),
    ('process_limit', 1, 'process', '过程指标超出控制限', 'Process indicator out of its limits', NULL, '{0,1,2,3}', 'w',
     '{"sigmas": 3, "history": 26, "least": 13, "hold": 1}', '质量管理部', 3, '{line}', 10, '2027-10-15', true, 'manyi'),
    ('complaint_surge', 1, 'surge', '投诉量突增', 'Surge of complaints', '{complaints_per_10k}', '{0,1,2,3}', 'w',
     '{"large": 1000, "province": 370, "city": 370, "county": 1000, "history": 52, "least": 5, "hold": 0}',
     '质量管理部', 1, '{quality,manager,line}', 3, '2027-10-15', true, 'manyi'),
    ('target_missed', 1, 'target', '目标恐难达成', 'Target likely to be missed', NULL, '{0,1,2,3}', 'q',
     '{"chance": 0.20}', '质量管理部', 2, '{quality,manager,line}', 10, '2027-10-15', true, 'manyi'),
    ('fixed_threshold', 1, 'threshold', '低于固定门槛', 'Below a fixed threshold', '{mobile_overall,broadband_overall}', '{0,1,2,3}', 'm',
     '{"threshold": 70}', '质量管理部', 2, '{quality,manager}', 10, '2027-10-15', false, 'manyi'),
    ('rank_fall', 1, 'rank', '同级档位下降', 'Fall among its peers', NULL, '{2,3}', 'm',
     '{"back": 3}', '质量管理部', 3, '{manager}', 15, '2027-10-15', true, 'manyi'),
    ('data_quality', 1, 'quality', '样本量或构成突变', 'Answers changed in number or mix', NULL, '{0,1,2,3}', 'm',
     '{"volume": 0.5, "mix": 0.20}', '质量管理部', 2, '{quality,steward}', 10, '2027-10-15', true, 'manyi'),
    ('late_feed', 1, 'feed', '数据源迟到或失败', 'Feed late or failed', NULL, '{}', 'd',
     '{}', '质量管理部', 2, '{quality,steward,admin}', 2, '2027-10-15', true, 'manyi');
