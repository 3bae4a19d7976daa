-- What is to come: an outcome's figure at the end of a running month, quarter or year, and customers likely to be dissatisfied
-- though never asked.
CREATE TABLE forecast (
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    period       char(1) NOT NULL CHECK (period IN ('m', 'q', 'y')),
    start        date NOT NULL,
    through      date NOT NULL,                  -- the last day whose answers it knows
    n_eff        real NOT NULL,                  -- of the period so far: areas with fewer than 30 have no forecast
    value        real NOT NULL,                  -- expected at the period's end
    sd           real NOT NULL,
    low          real NOT NULL,                  -- 95 %
    high         real NOT NULL,
    low80        real NOT NULL,
    high80       real NOT NULL,
    target       double precision,
    probability  real CHECK (probability BETWEEN 0 AND 1),  -- of meeting the target
    first_pub    integer NOT NULL,
    last_pub     integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, indicator_id, period, start, first_pub)
);

-- As the scores it foretells: own area and below, of the areas above the headline outcomes, a line's indicators everywhere.
ALTER TABLE forecast ENABLE ROW LEVEL SECURITY;
CREATE POLICY forecast_scope ON forecast FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
    OR (indicator_id IN (SELECT i.indicator_id FROM indicator i WHERE i.headline IS NOT NULL)
        AND area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()))
    OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                        WHERE g.user_id = scope_user() AND g.role = 'line'));

-- Which publication was foretold on, so that each is once.
ALTER TABLE publication ADD COLUMN forecast_at timestamptz;

-- A trained model as it was measured. The model itself, numbers and no program, stands apart: only a model that is registered
-- here with the checksum of its content is used, and no page reads the content.
CREATE TABLE prediction_model (
    model_id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    prediction   text NOT NULL,
    trained_at   timestamptz NOT NULL,
    first_day    date NOT NULL,                  -- of the answers it was trained on
    last_day     date NOT NULL,
    held_from    date NOT NULL,                  -- from here on answers were held out to measure; then it was trained on all
    customers    integer NOT NULL,
    dissatisfied integer NOT NULL,
    card         jsonb NOT NULL,
    checksum     text NOT NULL UNIQUE
);
CREATE TABLE prediction_model_content (
    model_id integer PRIMARY KEY REFERENCES prediction_model ON DELETE CASCADE,
    content  jsonb NOT NULL
);
ALTER TABLE prediction_model ENABLE ROW LEVEL SECURITY;
CREATE POLICY prediction_model_scope ON prediction_model FOR SELECT USING (
    EXISTS (SELECT FROM user_area u WHERE u.user_id = scope_user()));
ALTER TABLE prediction_model_content ENABLE ROW LEVEL SECURITY;

-- Customers with complaints or perceptions of late but without an answer, and how likely each is dissatisfied.
CREATE TABLE dissatisfied_prediction (
    area_id      integer NOT NULL,               -- the grid of the last contact
    customer     bytea NOT NULL,                 -- keyed hash
    business     text NOT NULL,
    segment      text NOT NULL,
    probability  real NOT NULL CHECK (probability BETWEEN 0 AND 1),
    low          real NOT NULL,                  -- observed of unseen customers with a probability like it, 95 %
    high         real NOT NULL,
    band         smallint NOT NULL CHECK (band BETWEEN 1 AND 3),  -- 1: as the likeliest tenth of unseen customers, 2: the next fifth
    reasons      text[] NOT NULL,                -- codes, the strongest first
    last_contact date NOT NULL,
    as_of        date NOT NULL,
    model_id     integer NOT NULL REFERENCES prediction_model,
    first_pub    integer NOT NULL,
    last_pub     integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, customer, business, first_pub)
);

-- Single customers are seen by the quality department and by those who manage their area, there alone: not by analysts, not by
-- line owners, and by nobody above or beside.
CREATE FUNCTION customer_areas() RETURNS SETOF integer LANGUAGE sql STABLE AS $$
    SELECT DISTINCT c.descendant_id FROM user_grant g JOIN area_closure c ON c.ancestor_id = g.area_id
    WHERE g.user_id = scope_user() AND g.role IN ('quality', 'manager', 'grid')
$$;
ALTER TABLE dissatisfied_prediction ENABLE ROW LEVEL SECURITY;
CREATE POLICY dissatisfied_prediction_scope ON dissatisfied_prediction FOR SELECT USING (
    area_id IN (SELECT customer_areas()));

INSERT INTO policy (name, value, valid_from, note_zh, note_en) VALUES
    ('dissatisfied_score', 6, DATE '2020-01-01', '1–10 分题中，打分不高于此值的客户算不满意',
     'of 1-10 items: customers whose score is not above are dissatisfied'),
    ('prediction_days', 60, DATE '2020-01-01', '预测可能不满意客户时，看最近多少天内的投诉与感知',
     'days of complaints and perceptions that are looked at for who is likely dissatisfied'),
    ('prediction_held_months', 3, DATE '2020-01-01', '预测模型用最后多少个月的回答检验，不参与训练',
     'last months of answers held out to measure the prediction')
ON CONFLICT DO NOTHING;
