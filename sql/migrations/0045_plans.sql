-- N+1 target plans: outcomes and process targets of a tree for a year or quarter, negotiated, locked, published and followed.
-- Rows of a plan's versions are kept like those of publications: one is seen by versions v with first_version <= v < last_version.
CREATE TABLE plan (
    plan_id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id        integer NOT NULL REFERENCES area,   -- the root of its tree
    period         char(1) NOT NULL CHECK (period IN ('q', 'y')),
    start          date NOT NULL,
    tree_day       date NOT NULL,                      -- the day whose tree it was made on
    publication_id integer NOT NULL,                   -- its baselines are of
    base_start     date NOT NULL,                      -- the period, of the same kind, that baselines are of
    status         text NOT NULL DEFAULT 'proposed'
                   CHECK (status IN ('proposed', 'locked', 'published', 'superseded', 'withdrawn')),
    version        integer NOT NULL DEFAULT 1,
    made_by        text NOT NULL,
    made_at        timestamptz NOT NULL DEFAULT now(),
    published_at   timestamptz
);
CREATE UNIQUE INDEX plan_in_force ON plan (area_id, period, start) WHERE status = 'published';

CREATE TABLE plan_version (
    plan_id integer NOT NULL REFERENCES plan ON DELETE CASCADE,
    version integer NOT NULL,
    by      text NOT NULL,
    at      timestamptz NOT NULL DEFAULT now(),
    note    text NOT NULL DEFAULT '',
    PRIMARY KEY (plan_id, version)
);

-- How each indicator of a plan is shared out; no reading of any area, so whoever belongs to the tree sees it.
CREATE TABLE plan_indicator (
    plan_id       integer NOT NULL REFERENCES plan ON DELETE CASCADE,
    indicator_id  smallint NOT NULL REFERENCES indicator,
    role          text NOT NULL CHECK (role IN ('outcome', 'process')),
    mode          text NOT NULL CHECK (mode IN ('gap', 'uniform', 'cost')),
    ceiling       double precision NOT NULL,
    rational      double precision,                    -- nobody is raised beyond it; null: no such level
    challenge     double precision,                    -- margin beyond the target; null: none
    lead          double precision,                    -- asked over the strongest competitor; null: none
    first_version integer NOT NULL,
    last_version  integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (plan_id, indicator_id, first_version)
);

-- What is asked of the root.
CREATE TABLE plan_asked (
    plan_id       integer NOT NULL REFERENCES plan ON DELETE CASCADE,
    indicator_id  smallint NOT NULL REFERENCES indicator,
    area_id       integer NOT NULL,                    -- the plan's root
    asked         double precision NOT NULL,
    rival         double precision,                    -- the strongest competitor's level
    status        text NOT NULL CHECK (status IN ('met', 'surplus', 'infeasible')),
    attainable    double precision NOT NULL,
    shortfall     double precision NOT NULL,
    first_version integer NOT NULL,
    last_version  integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (plan_id, indicator_id, first_version)
);

CREATE TABLE plan_target (
    plan_id       integer NOT NULL REFERENCES plan ON DELETE CASCADE,
    indicator_id  smallint NOT NULL,
    area_id       integer NOT NULL,
    parent_id     integer NOT NULL,                    -- 0 at the root
    level         smallint NOT NULL,
    weight        double precision NOT NULL,           -- of an inner area: the sum of its leaves'
    baseline      double precision NOT NULL,
    floor         double precision,                    -- least and greatest lift given by hand or by policy
    cap           double precision,
    lock          double precision,                    -- a level that is kept
    target        double precision NOT NULL,           -- unrounded
    displayed     double precision NOT NULL,
    challenge     double precision,
    lead          double precision,                    -- target over the strongest competitor where one was measured
    easiest       double precision NOT NULL,           -- the levels the constraints allow
    hardest       double precision NOT NULL,
    binding       boolean NOT NULL,
    reach         double precision,                    -- of outcomes: points that all processes at their ceilings go with
    first_version integer NOT NULL,
    last_version  integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (plan_id, area_id, indicator_id, first_version)
);
CREATE INDEX plan_target_of_indicator ON plan_target (plan_id, indicator_id, last_version);

-- How much of an outcome goes with a unit of a process, as the plan took it.
CREATE TABLE plan_driver (
    plan_id    integer NOT NULL REFERENCES plan ON DELETE CASCADE,
    outcome_id smallint NOT NULL,
    process_id smallint NOT NULL,
    slope      double precision NOT NULL CHECK (slope > 0),
    low        double precision,                       -- null: given by hand
    high       double precision,
    spread     double precision NOT NULL CHECK (spread > 0),  -- a typical difference: how easily it is lifted
    author     text,                                   -- of a slope given by hand
    PRIMARY KEY (plan_id, outcome_id, process_id)
);

-- A slope given by hand in place of the estimated one, from a day on, with author and reason.
CREATE TABLE driver_by_hand (
    outcome_id smallint NOT NULL REFERENCES indicator,
    process_id smallint NOT NULL REFERENCES indicator,
    slope      double precision NOT NULL CHECK (slope >= 0),
    valid_from date NOT NULL,
    author     text NOT NULL CHECK (author <> ''),
    reason     text NOT NULL CHECK (reason <> ''),
    PRIMARY KEY (outcome_id, process_id, valid_from)
);

CREATE TABLE plan_month (
    plan_id      integer NOT NULL REFERENCES plan ON DELETE CASCADE,
    indicator_id smallint NOT NULL,
    month        date NOT NULL,
    weight       double precision NOT NULL,
    season       double precision NOT NULL,
    ramp         double precision NOT NULL,
    PRIMARY KEY (plan_id, indicator_id, month)
);

-- Catchball: every move, and where each area's target of an indicator stands (proposed where there is no row).
CREATE TABLE plan_step (
    step_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id      integer NOT NULL REFERENCES plan ON DELETE CASCADE,
    version      integer NOT NULL,
    area_id      integer NOT NULL,
    indicator_id smallint,                             -- null: the plan as a whole
    action       text NOT NULL,
    side         text NOT NULL,
    value        double precision,
    note         text NOT NULL DEFAULT '',
    by           text NOT NULL,
    at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX plan_step_of_area ON plan_step (plan_id, area_id, step_id);
CREATE TABLE plan_stand (
    plan_id      integer NOT NULL REFERENCES plan ON DELETE CASCADE,
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    state        text NOT NULL CHECK (state IN ('proposed', 'commented', 'countered', 'agreed', 'locked')),
    value        double precision,
    note         text NOT NULL DEFAULT '',
    by           text NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plan_id, area_id, indicator_id)
);

-- Who may do what in which state; etl/domain/catchball.py says the same, and a test compares.
CREATE TABLE catchball_rule (
    state text NOT NULL, action text NOT NULL, side text NOT NULL, to_state text NOT NULL, value boolean NOT NULL, note boolean NOT NULL,
    PRIMARY KEY (state, action, side)
);
INSERT INTO catchball_rule (state, action, side, to_state, value, note)
SELECT s, 'comment', w, CASE s WHEN 'proposed' THEN 'commented' ELSE s END, false, true
FROM unnest(ARRAY['proposed', 'commented', 'countered', 'agreed', 'locked']) s, unnest(ARRAY['above', 'own', 'line']) w
UNION ALL SELECT s, 'counter', 'own', 'countered', true, true FROM unnest(ARRAY['proposed', 'commented', 'countered']) s
UNION ALL SELECT s, 'agree', 'own', 'agreed', false, false FROM unnest(ARRAY['proposed', 'commented', 'countered']) s
UNION ALL VALUES ('countered', 'accept', 'above', 'agreed', false, false), ('countered', 'decline', 'above', 'proposed', false, true),
                 ('agreed', 'lock', 'above', 'locked', false, false), ('proposed', 'lock', 'above', 'locked', false, true),
                 ('commented', 'lock', 'above', 'locked', false, true), ('agreed', 'unlock', 'above', 'proposed', false, true),
                 ('locked', 'unlock', 'above', 'proposed', false, true);

-- How a published plan stands after each publication of data.
CREATE TABLE attainment (
    plan_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    area_id      integer NOT NULL,
    period       char(1) NOT NULL CHECK (period IN ('m', 'q', 'y')),
    start        date NOT NULL,
    through      date NOT NULL,                        -- the last day the actual knows of
    baseline     double precision NOT NULL,            -- and target of the months so far, along the season
    target       double precision NOT NULL,
    actual       double precision NOT NULL,
    low          double precision NOT NULL,
    high         double precision NOT NULL,
    n            double precision NOT NULL,
    state        smallint NOT NULL CHECK (state IN (-1, 0, 1)),  -- missed, not proven, met
    score        double precision NOT NULL,
    forecast     double precision,                     -- at the end of a running period, and the chance of meeting its target
    chance       double precision,
    first_pub    integer NOT NULL,
    last_pub     integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (plan_id, area_id, period, start, indicator_id, first_pub)
);
CREATE INDEX attainment_now ON attainment (plan_id, period, start) WHERE last_pub = 2147483647;
CREATE TABLE card_score (
    plan_id   integer NOT NULL,
    area_id   integer NOT NULL,
    part      text NOT NULL CHECK (part IN ('card', 'outcome', 'line')),
    line_id   text NOT NULL DEFAULT '',
    period    char(1) NOT NULL,
    start     date NOT NULL,
    score     double precision NOT NULL,
    share     double precision NOT NULL,               -- of the part in the card
    first_pub integer NOT NULL,
    last_pub  integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (plan_id, area_id, period, start, part, line_id, first_pub)
);
CREATE INDEX card_score_now ON card_score (plan_id, period, start) WHERE last_pub = 2147483647;
ALTER TABLE publication ADD COLUMN attained_at timestamptz;

-- Appraisal: a month or quarter closed on a publication; the appraised may object, and every decision makes a version.
CREATE TABLE appraisal (
    appraisal_id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id        integer NOT NULL REFERENCES plan,
    period         char(1) NOT NULL CHECK (period IN ('m', 'q', 'y')),
    start          date NOT NULL,
    publication_id integer NOT NULL,
    version        integer NOT NULL DEFAULT 1,
    by             text NOT NULL,
    at             timestamptz NOT NULL DEFAULT now(),
    UNIQUE (plan_id, period, start)
);
CREATE TABLE appraisal_score (
    appraisal_id  integer NOT NULL REFERENCES appraisal ON DELETE CASCADE,
    area_id       integer NOT NULL,
    part          text NOT NULL,
    line_id       text NOT NULL DEFAULT '',
    score         double precision NOT NULL,
    share         double precision NOT NULL,
    first_version integer NOT NULL,
    last_version  integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (appraisal_id, area_id, part, line_id, first_version)
);
CREATE TABLE appraisal_objection (
    objection_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    appraisal_id integer NOT NULL REFERENCES appraisal ON DELETE CASCADE,
    area_id      integer NOT NULL,
    part         text NOT NULL,
    line_id      text NOT NULL DEFAULT '',
    reason       text NOT NULL,
    by           text NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    decision     text CHECK (decision IN ('upheld', 'rejected')),
    decided      text NOT NULL DEFAULT '',             -- the reason of the decision
    score        double precision,                     -- the score given in its place
    decided_by   text,
    decided_at   timestamptz
);

-- Who sees what: as with scores, own area and below in full, of the areas above the headline outcomes, a line's indicators everywhere.
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['plan_asked', 'plan_target', 'attainment'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY %I ON %I FOR SELECT USING (
            area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
            OR (indicator_id IN (SELECT i.indicator_id FROM indicator i WHERE i.headline IS NOT NULL)
                AND area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()))
            OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                                WHERE g.user_id = scope_user() AND g.role = 'line'))$p$, t || '_scope', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['card_score', 'appraisal_score', 'appraisal_objection'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY %I ON %I FOR SELECT USING (
            area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
            OR (part = 'line' AND line_id IN (SELECT g.line_id FROM user_grant g WHERE g.user_id = scope_user() AND g.role = 'line')))$p$,
            t || '_scope', t);
    END LOOP;
    -- what negotiates: own area and below, a line's indicators; moves of the plan as a whole are told to all of its tree
    FOREACH t IN ARRAY ARRAY['plan_step', 'plan_stand'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY %I ON %I FOR SELECT USING (
            area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND (u.reach = 'full' OR %s))
            OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                                WHERE g.user_id = scope_user() AND g.role = 'line'))$p$,
            t || '_scope', t, CASE t WHEN 'plan_step' THEN 'indicator_id IS NULL' ELSE 'false' END);
    END LOOP;
END $$;
ALTER TABLE plan ENABLE ROW LEVEL SECURITY;
CREATE POLICY plan_scope ON plan FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()));
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['plan_version', 'plan_indicator', 'plan_driver', 'plan_month', 'appraisal'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING (plan_id IN (SELECT p.plan_id FROM plan p))', t || '_scope', t);
    END LOOP;
END $$;

INSERT INTO policy (name, value, valid_from, note_zh, note_en) VALUES
    ('plan_lift_cap', 6, DATE '2020-01-01', '编制目标时，一个区域的结果指标一年最多提升多少分',
     'points that a plan may lift an outcome of one area by within a year, at most'),
    ('plan_ramp', 0.5, DATE '2020-01-01', '目标按月分解时，提升由全期平均的 1 − 此值逐月增至 1 + 此值',
     'by months the lift of a plan grows from 1 − this to 1 + this of the whole period''s'),
    ('card_floor', 5, DATE '2020-01-01', '责任卡计分：结果指标比基线低多少分计 0 分',
     'points under the baseline of an outcome where its score on the card is 0'),
    ('card_outcome_share', 0.5, DATE '2020-01-01', '责任卡计分：结果指标测得完全可靠时所占的份额',
     'the share of the outcome in a card where it is measured without error')
ON CONFLICT DO NOTHING;
