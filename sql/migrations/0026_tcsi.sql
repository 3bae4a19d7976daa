-- The satisfaction index (TCSI): its items are answers like others, but no indicators to be rolled up by themselves.
ALTER TABLE indicator DROP CONSTRAINT indicator_kind_check;
ALTER TABLE indicator ADD CONSTRAINT indicator_kind_check CHECK (kind IN ('outcome', 'perception', 'process', 'item'));

-- The model in force: constructs, items and paths, as etl/tcsi.toml has them.
CREATE TABLE tcsi_model (
    single     boolean PRIMARY KEY DEFAULT true CHECK (single),
    model      jsonb NOT NULL,
    defined_at timestamptz NOT NULL DEFAULT now()
);

-- Weights estimated once a business and year on the whole operator's sample, and frozen. A later row of the same business and
-- year takes the place of an earlier one; nothing is ever changed in a row.
CREATE TABLE tcsi_vintage (
    vintage_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business   text NOT NULL,
    year       smallint NOT NULL,
    scheme     text NOT NULL,
    n          bigint NOT NULL,                  -- respondents of the sample
    model      jsonb NOT NULL,
    weights    jsonb NOT NULL,                   -- item -> its share in the construct's index
    estimates  jsonb NOT NULL,                   -- paths, loadings, total effects, R2, reliability, HTMT, with bootstrap intervals
    first_pub  integer,                          -- the publication it was made for; null: asked for by hand
    made_at    timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION tcsi_vintage_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a weight vintage is frozen; a new one takes its place'; END $$;
CREATE TRIGGER tcsi_vintage_frozen BEFORE UPDATE OR DELETE ON tcsi_vintage
    FOR EACH ROW EXECUTE FUNCTION tcsi_vintage_is_frozen();

-- Indexes of own customers by area: sums of respondents' scores 0-100 with the vintage of the period's year. The construct
-- 'expectation-quality' is each respondent's difference of the two (-100 to 100).
CREATE TABLE tcsi_rollup (
    area_id    integer NOT NULL,
    business   text NOT NULL,
    construct  text NOT NULL,
    period     char(1) NOT NULL,                 -- m, q or y
    start      date NOT NULL,
    n          bigint NOT NULL,
    sw         double precision NOT NULL,
    sw2        double precision NOT NULL,
    swx        double precision NOT NULL,
    swx2       double precision NOT NULL,
    vintage_id integer NOT NULL REFERENCES tcsi_vintage,
    first_pub  integer NOT NULL,
    last_pub   integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, business, construct, period, start, first_pub)
);

-- Own area and below in full; of the areas above the indexes of the whole area, as with headline outcomes. The model's estimates
-- are the operator's: everybody with an account sees them.
ALTER TABLE tcsi_rollup ENABLE ROW LEVEL SECURITY;
CREATE POLICY tcsi_rollup_scope ON tcsi_rollup FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()));
ALTER TABLE tcsi_vintage ENABLE ROW LEVEL SECURITY;
CREATE POLICY tcsi_vintage_scope ON tcsi_vintage FOR SELECT USING (
    EXISTS (SELECT FROM user_area u WHERE u.user_id = scope_user()));
