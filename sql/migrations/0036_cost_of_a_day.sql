-- One more day costs what it changes: what is current is found by its period, and what is not touched is not read.
CREATE INDEX score_rollup_now ON score_rollup (period, start, cut, area_id) WHERE last_pub = 2147483647;
CREATE INDEX ratio_rollup_now ON ratio_rollup (period, start, cut, area_id) WHERE last_pub = 2147483647;
CREATE INDEX score_shift_now ON score_shift (period, start, cut, area_id) WHERE last_pub = 2147483647;
CREATE INDEX ratio_shift_now ON ratio_shift (period, start, cut, area_id) WHERE last_pub = 2147483647;
CREATE INDEX rank_band_now ON rank_band (period, start) WHERE last_pub = 2147483647;
CREATE INDEX estimate_now ON estimate (period, start) WHERE last_pub = 2147483647;
CREATE INDEX tcsi_rollup_now ON tcsi_rollup (period, start) WHERE last_pub = 2147483647;
CREATE INDEX tcsi_rollup_written ON tcsi_rollup (first_pub);
CREATE INDEX subscriber_by_month ON subscriber (month);
CREATE INDEX complaint_by_due ON complaint (due_at);

-- The facts of each month as published last: how many, from which day to which.
CREATE TABLE fact_month (
    fact      text NOT NULL CHECK (fact IN ('response', 'answer', 'complaint', 'process')),
    month     date NOT NULL,
    facts     bigint NOT NULL,
    first_day date NOT NULL,
    last_day  date NOT NULL,
    PRIMARY KEY (fact, month)
);

-- Sums of months and quarters at levels where only the coarser periods are shown: those are made of these, and not of the facts of
-- a whole year. Readers never see them; they are those of the latest publication.
CREATE TABLE score_finer (
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    period       char(1) NOT NULL,
    cut          text NOT NULL,
    start        date NOT NULL,
    value        text NOT NULL,
    n            bigint NOT NULL,
    sw           double precision NOT NULL,
    sw2          double precision NOT NULL,
    swx          double precision NOT NULL,
    swx2         double precision NOT NULL,
    counts       integer[] NOT NULL
);
CREATE INDEX score_finer_of_period ON score_finer (period, start);
CREATE TABLE ratio_finer (
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    period       char(1) NOT NULL,
    cut          text NOT NULL,
    start        date NOT NULL,
    value        text NOT NULL,
    n            bigint NOT NULL,
    numerator    double precision NOT NULL,
    denominator  double precision NOT NULL
);
CREATE INDEX ratio_finer_of_period ON ratio_finer (period, start);
ALTER TABLE score_finer ENABLE ROW LEVEL SECURITY;  -- and no policy: the owner alone reads them
ALTER TABLE ratio_finer ENABLE ROW LEVEL SECURITY;

-- How deep the sums of each period and cut were made by the latest publication; where that is less than is wanted now, or unknown,
-- the next one makes all months afresh.
CREATE TABLE rollup_made (
    period char(1) NOT NULL,
    cut    text NOT NULL,
    depth  smallint NOT NULL,
    PRIMARY KEY (period, cut)
);

-- Ratios are committed a moment before their publication. A number here that no publication has was lost in between: the next
-- publication undoes its rows first.
CREATE TABLE ratio_written (publication_id integer PRIMARY KEY);

-- The periods that overlap months.
CREATE FUNCTION periods_of(months date[]) RETURNS TABLE (period char(1), start date, until date) LANGUAGE sql STABLE AS $$
    WITH asked AS (SELECT DISTINCT date_trunc('month', m)::date AS month FROM unnest(months) AS m),
    days AS (
        SELECT day::date AS day FROM asked
        CROSS JOIN LATERAL generate_series(month, month + interval '1 month' - interval '1 day', interval '1 day') AS day
    )
    SELECT 'd', day, day + 1 FROM days
    UNION SELECT 'w', monday, monday + 7 FROM (SELECT date_trunc('week', day)::date AS monday FROM days) w
    UNION SELECT 'm', month, (month + interval '1 month')::date FROM asked
    UNION SELECT 'q', quarter, (quarter + interval '3 months')::date
          FROM (SELECT date_trunc('quarter', month)::date AS quarter FROM asked) q
    UNION SELECT 'y', year, (year + interval '1 year')::date FROM (SELECT date_trunc('year', month)::date AS year FROM asked) y
$$;
