-- Make the tables a roll-up works in: they belong to its transaction and vanish with it, so nothing half built is seen.
-- params: none
-- grain: as each table says
CREATE TEMP TABLE leaf_chain (          -- a leaf and its ancestors (leaf first), for the days they held
    area_id integer NOT NULL, valid_from date NOT NULL, valid_to date NOT NULL, path integer[] NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE place (               -- an area under one chain of ancestors: moved areas have several places
    place_id integer PRIMARY KEY, level smallint NOT NULL, area_id integer NOT NULL, path integer[] NOT NULL,
    parent_id integer, alone boolean NOT NULL DEFAULT false
) ON COMMIT DROP;
CREATE TEMP TABLE leaf_place (
    area_id integer NOT NULL, valid_from date NOT NULL, valid_to date NOT NULL, place_id integer NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE place_up (            -- where a leaf's figures go at each level
    leaf_id integer NOT NULL, level smallint NOT NULL, place_id integer NOT NULL, place_level smallint NOT NULL,
    PRIMARY KEY (level, leaf_id)
) ON COMMIT DROP;
CREATE TEMP TABLE rollup_month (month date PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE fact_range (first date, last date) ON COMMIT DROP;  -- the months of the first and the last fact
CREATE TEMP TABLE rollup_span (         -- the periods written afresh
    span_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, period char(1) NOT NULL, start date NOT NULL,
    until date NOT NULL, UNIQUE (period, start)
) ON COMMIT DROP;
CREATE TEMP TABLE span_day (period char(1) NOT NULL, day date NOT NULL, span_id integer NOT NULL) ON COMMIT DROP;
CREATE TEMP TABLE rollup_plan (         -- levels from bottom up to top come from the facts, coarse_to and above from finer periods;
    period char(1) NOT NULL, cut text NOT NULL, depth smallint NOT NULL, coarse_to smallint NOT NULL,  -- below shown for those alone
    shown smallint NOT NULL, PRIMARY KEY (period, cut)
) ON COMMIT DROP;
CREATE TEMP TABLE carried_span (        -- finer periods not written afresh that belong to a coarser one that is
    period char(1) NOT NULL, start date NOT NULL, cut text NOT NULL, coarse_to smallint NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE rollup_value (value_id smallint PRIMARY KEY, cut text NOT NULL, value text NOT NULL, UNIQUE (cut, value))
    ON COMMIT DROP;
CREATE TEMP TABLE rollup_profile (      -- one combination of everything a fact can be cut by; NULL where the fact has no such field
    profile_id integer PRIMARY KEY, own boolean NOT NULL, brand text, mode text, business text,
    generation text, segment text, urban text, stage text, channel text, touchpoint text,
    key text[] GENERATED ALWAYS AS (ARRAY[brand, mode, business, generation, segment, urban, stage, channel, touchpoint]) STORED
) ON COMMIT DROP;
CREATE TEMP TABLE profile_target (      -- which roll-up values a profile counts in, and at which level the count begins
    profile_id integer NOT NULL, level smallint NOT NULL, top smallint NOT NULL, period char(1) NOT NULL,
    value_id smallint NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE respondent (
    response_id uuid NOT NULL, area_id integer NOT NULL, day date NOT NULL, place_id integer NOT NULL,
    profile_id integer NOT NULL, weight double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE scored (              -- one answer
    indicator_id smallint NOT NULL, place_id integer NOT NULL, day date NOT NULL, profile_id integer NOT NULL,
    raw smallint NOT NULL, w double precision NOT NULL, x double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE score_cell (          -- sums of a place; c0..c10 count the raw scores
    level smallint NOT NULL, top smallint NOT NULL, place_id integer NOT NULL, indicator_id smallint NOT NULL,
    span_id integer NOT NULL, value_id smallint NOT NULL, n integer NOT NULL,
    sw double precision NOT NULL, sw2 double precision NOT NULL, swx double precision NOT NULL, swx2 double precision NOT NULL,
    c0 integer NOT NULL, c1 integer NOT NULL, c2 integer NOT NULL, c3 integer NOT NULL, c4 integer NOT NULL, c5 integer NOT NULL,
    c6 integer NOT NULL, c7 integer NOT NULL, c8 integer NOT NULL, c9 integer NOT NULL, c10 integer NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE score_new (
    area_id integer NOT NULL, indicator_id smallint NOT NULL, span_id integer NOT NULL, value_id smallint NOT NULL,
    n integer NOT NULL, sw double precision NOT NULL, sw2 double precision NOT NULL, swx double precision NOT NULL,
    swx2 double precision NOT NULL, counts integer[] NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE score_change (        -- what differs from the current rows: place is the current row's own, if there is one
    place tid, area_id integer NOT NULL, indicator_id smallint NOT NULL, span_id integer NOT NULL, value_id smallint,
    whole boolean NOT NULL, old_n bigint, old_sw double precision, old_swx double precision,
    n integer, sw double precision, sw2 double precision, swx double precision, swx2 double precision, counts integer[]
) ON COMMIT DROP;
CREATE TEMP TABLE span_month (          -- how much a month counts in the average of a period; sums to 1 in each period
    span_id integer NOT NULL, month date NOT NULL, share double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE subscriber_cell (     -- subscribers of a place in a month by value of a cut
    level smallint NOT NULL, place_id integer NOT NULL, month date NOT NULL, cut text NOT NULL, value text NOT NULL,
    subscribers bigint NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE own_complaint (       -- the own brand's complaints that were opened or fall due in the periods
    area_id integer NOT NULL, valid_to date NOT NULL, day date NOT NULL, due_day date, before boolean, status text NOT NULL, resolved boolean,
    in_time boolean, business text NOT NULL, generation text NOT NULL, segment text NOT NULL, urban text NOT NULL, stage text NOT NULL,
    channel text NOT NULL, touchpoint text NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE complaint_event (     -- what a complaint counts as, on which day, and where its grid stood then
    measure text NOT NULL, place_id integer NOT NULL, day date NOT NULL, profile_id integer NOT NULL, n bigint NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE measured (            -- one day's events or readings of a leaf
    indicator_id smallint NOT NULL, place_id integer NOT NULL, day date NOT NULL, profile_id integer NOT NULL,
    n integer NOT NULL, numerator double precision NOT NULL, denominator double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE ratio_cell (
    level smallint NOT NULL, top smallint NOT NULL, place_id integer NOT NULL, indicator_id smallint NOT NULL,
    span_id integer NOT NULL, value_id smallint NOT NULL, n integer NOT NULL, numerator double precision NOT NULL,
    denominator double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE ratio_part (          -- parts of a cell: events, coarser periods, subscribers
    area_id integer NOT NULL, indicator_id smallint NOT NULL, span_id integer NOT NULL, value_id smallint NOT NULL,
    n integer NOT NULL, numerator double precision NOT NULL, denominator double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE ratio_new (
    area_id integer NOT NULL, indicator_id smallint NOT NULL, span_id integer NOT NULL, value_id smallint NOT NULL,
    n integer NOT NULL, numerator double precision NOT NULL, denominator double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE ratio_change (
    place tid, area_id integer NOT NULL, indicator_id smallint NOT NULL, span_id integer NOT NULL, value_id smallint,
    whole boolean NOT NULL, old_n bigint, old_numerator double precision, old_denominator double precision,
    n integer, numerator double precision, denominator double precision
) ON COMMIT DROP;
CREATE TEMP TABLE band_new (
    area_id integer NOT NULL, indicator_id smallint NOT NULL, period char(1) NOT NULL, start date NOT NULL,
    band smallint NOT NULL, bands smallint NOT NULL, siblings smallint NOT NULL
) ON COMMIT DROP;
