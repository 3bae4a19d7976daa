-- What goes with what: process → perception → outcome, each pair by the kinds of evidence there are, with intervals.
-- Estimated on a whole tree; a row holds from the publication it was estimated on until the next estimate.
CREATE TABLE driver_effect (
    area_id         integer NOT NULL,            -- the scope: the root of a tree
    outcome_id      smallint NOT NULL,           -- an outcome, or the perception a process goes with
    driver_id       smallint NOT NULL,
    evidence        text NOT NULL CHECK (evidence IN ('individual', 'panel', 'mixed')),
    level           smallint,                    -- of the areas the driver is measured in; null: of the customer himself
    lag             smallint,                    -- months, the strongest of those a panel looks back
    lags            double precision[],          -- slope at each lag, in improvement's direction; their sum is the slope
    lags_se         double precision[],
    slope           double precision NOT NULL,   -- points of the outcome per unit of the driver, towards its better side
    se              double precision NOT NULL,
    low             double precision NOT NULL,
    high            double precision NOT NULL,
    p               double precision NOT NULL,
    differing       double precision,            -- sd of the areas' own slopes (mixed)
    n               bigint NOT NULL,             -- answers with both, or area-months, or areas
    clusters        integer NOT NULL,
    importance      double precision,            -- share of R², with its interval
    importance_low  double precision,
    importance_high double precision,
    method          text CHECK (method IN ('lmg', 'johnson')),
    r2              double precision,
    spread          double precision NOT NULL,   -- sd of the driver between areas
    seen_low        double precision NOT NULL,   -- the driver's range between areas (2.5 % to 97.5 %): a slider goes no further
    seen_high       double precision NOT NULL,
    base            double precision,            -- the headline outcome's level the curve starts from, and its ceiling
    ceiling         double precision,
    kappa           double precision,            -- units after which the gap to the ceiling is down to 1/e; null: no proven gain
    kappa_low       double precision,
    kappa_high      double precision,
    proven          boolean NOT NULL,            -- interval without 0, and kept by BH among all drivers of the outcome
    chosen          boolean NOT NULL,            -- the evidence that is shown first for the pair
    first_month     date NOT NULL,
    last_month      date NOT NULL,
    first_pub       integer NOT NULL,
    last_pub        integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, outcome_id, driver_id, evidence, first_pub)
);

-- What holds for the whole operator is told to everybody below it: relations, no reading of any area.
ALTER TABLE driver_effect ENABLE ROW LEVEL SECURITY;
CREATE POLICY driver_effect_scope ON driver_effect FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()));
