-- What arrived, what was taken and what was refused, to the row.
CREATE TABLE feed (
    feed_id     text PRIMARY KEY,
    kind        text NOT NULL,
    declaration jsonb NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE file (
    file_id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed_id      text NOT NULL REFERENCES feed,
    name         text NOT NULL,
    sha256       text NOT NULL,
    bytes        bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('loaded', 'refused', 'superseded')),
    read_rows      bigint NOT NULL DEFAULT 0,
    accepted_rows  bigint NOT NULL DEFAULT 0,
    rejected_rows  bigint NOT NULL DEFAULT 0,
    duplicate_rows bigint NOT NULL DEFAULT 0,
    first_day    date,
    last_day     date,
    reason_zh    text,
    reason_en    text,
    received_at  timestamptz NOT NULL DEFAULT now(),
    loaded_at    timestamptz,
    CHECK (accepted_rows + rejected_rows + duplicate_rows = read_rows)
);
CREATE UNIQUE INDEX file_once ON file (feed_id, sha256) WHERE state = 'loaded';

CREATE TABLE rejected_row (
    file_id   integer NOT NULL REFERENCES file ON DELETE CASCADE,
    line      bigint NOT NULL,
    fault     smallint NOT NULL,                 -- a row may have several faults
    column_name text NOT NULL,
    value     text,
    code      text NOT NULL,
    reason_zh text NOT NULL,
    reason_en text NOT NULL,
    PRIMARY KEY (file_id, line, fault)
);

-- Facts are partitioned by month; area stands in every key (a distribution column for a sharded Postgres).
CREATE TABLE response (
    area_id       integer NOT NULL,
    day           date NOT NULL,
    response_id   uuid NOT NULL,
    answered_at   timestamp,
    touchpoint_id integer,
    brand         text NOT NULL,
    mode          text NOT NULL,
    business      text NOT NULL,
    segment       text NOT NULL,
    generation    text NOT NULL,
    stage         text NOT NULL,
    channel       text NOT NULL,
    customer      bytea,                         -- keyed hash, never the identifier
    file_id       integer NOT NULL,
    PRIMARY KEY (area_id, day, response_id)
) PARTITION BY RANGE (day);
CREATE INDEX response_by_file ON response (file_id);

CREATE TABLE answer (
    area_id      integer NOT NULL,
    day          date NOT NULL,
    response_id  uuid NOT NULL,
    indicator_id smallint NOT NULL,
    raw          real NOT NULL,
    scale        text NOT NULL,                  -- the transform the score was made with
    score        double precision NOT NULL,      -- 0-100
    PRIMARY KEY (area_id, day, response_id, indicator_id)
) PARTITION BY RANGE (day);

-- What else a response carried: tags, the customer's own perceptions, and text (masked on the way in).
CREATE TABLE response_detail (
    area_id     integer NOT NULL,
    day         date NOT NULL,
    response_id uuid NOT NULL,
    tags        text[] NOT NULL DEFAULT '{}',
    perceptions jsonb NOT NULL DEFAULT '{}',
    verbatim    text,
    PRIMARY KEY (area_id, day, response_id)
) PARTITION BY RANGE (day);

CREATE TABLE invitation (
    area_id       integer NOT NULL,
    day           date NOT NULL,
    invitation_id uuid NOT NULL,
    brand         text NOT NULL,
    mode          text NOT NULL,
    business      text NOT NULL,
    asked         integer NOT NULL CHECK (asked >= 0),
    answered      integer NOT NULL CHECK (answered BETWEEN 0 AND asked),
    file_id       integer NOT NULL,
    PRIMARY KEY (area_id, day, invitation_id)
) PARTITION BY RANGE (day);

CREATE TABLE complaint (
    area_id       integer NOT NULL,
    day           date NOT NULL,                 -- the day it was opened
    complaint_id  uuid NOT NULL,
    number        text NOT NULL,
    opened_at     timestamp NOT NULL,
    due_at        timestamp,
    closed_at     timestamp,
    touchpoint_id integer,
    brand         text NOT NULL,
    business      text NOT NULL,
    segment       text NOT NULL,
    generation    text NOT NULL,
    stage         text NOT NULL,
    channel       text NOT NULL,
    topic1        text NOT NULL,
    topic2        text NOT NULL,
    status        text NOT NULL CHECK (status IN ('open', 'closed')),
    resolved      boolean,
    rating        smallint,
    customer      bytea,
    work_order    text,
    text          text,
    reply         text,
    file_id       integer NOT NULL,
    PRIMARY KEY (area_id, day, complaint_id)
) PARTITION BY RANGE (day);
CREATE INDEX complaint_by_customer ON complaint (customer, topic2, opened_at);

CREATE TABLE process_reading (
    area_id       integer NOT NULL,
    day           date NOT NULL,
    reading_id    uuid NOT NULL,
    at            timestamp NOT NULL,
    indicator_id  smallint NOT NULL,
    cell          text NOT NULL DEFAULT '',
    touchpoint_id integer,
    numerator     double precision NOT NULL,
    denominator   double precision NOT NULL,
    file_id       integer NOT NULL,
    PRIMARY KEY (area_id, day, reading_id)
) PARTITION BY RANGE (day);

CREATE TABLE subscriber (
    area_id     integer NOT NULL,
    month       date NOT NULL,
    business    text NOT NULL,
    segment     text NOT NULL,
    subscribers bigint NOT NULL CHECK (subscribers >= 0),
    file_id     integer NOT NULL,
    PRIMARY KEY (area_id, month, business, segment)
);

-- One weight a response: its post-stratification cell's.
CREATE TABLE weight_cell (
    area_id  integer NOT NULL,                   -- the county (or its stand-in)
    month    date NOT NULL,
    brand    text NOT NULL,
    business text NOT NULL,
    segment  text NOT NULL,
    weight   double precision NOT NULL CHECK (weight > 0),
    PRIMARY KEY (area_id, month, brand, business, segment)
);

-- Days whose facts changed since the last publication: only these are rolled up again.
CREATE TABLE touched (
    fact     text NOT NULL CHECK (fact IN ('answer', 'process', 'complaint')),
    month    date NOT NULL,
    file_id  integer NOT NULL,
    PRIMARY KEY (fact, month, file_id)
);

CREATE FUNCTION ensure_partitions(first date, last date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    m date := date_trunc('month', first); made integer := 0; parent text; child text;
BEGIN
    WHILE m <= last LOOP
        FOREACH parent IN ARRAY ARRAY['response', 'answer', 'response_detail', 'invitation', 'complaint', 'process_reading'] LOOP
            child := parent || '_' || to_char(m, 'YYYYMM');
            IF to_regclass(child) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                               child, parent, m, (m + interval '1 month')::date);
                made := made + 1;
            END IF;
        END LOOP;
        m := m + interval '1 month';
    END LOOP;
    RETURN made;
END $$;
