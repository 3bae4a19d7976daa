-- What is said of an area's survey scores, of all its own customers' answers: the direct value in the shortest window that proves
-- something, the value shrunken towards the parent, and the one that makes all children add up to their parent.
CREATE TABLE estimate (
    area_id           integer NOT NULL,
    indicator_id      smallint NOT NULL,
    period            char(1) NOT NULL CHECK (period IN ('m', 'q', 'y')),
    start             date NOT NULL,
    parent_id         integer NOT NULL,          -- towards which it was shrunken; 0 at the top
    window_length     smallint NOT NULL,         -- periods, this one the last; all values but the weight and the benchmarked are of it
    n                 integer NOT NULL,
    n_eff             real NOT NULL,
    deff              real NOT NULL,             -- n over n_eff
    direct            double precision NOT NULL,
    se                real NOT NULL,             -- NaN where one effective answer leaves it unknown
    low               real NOT NULL,
    high              real NOT NULL,
    shrunken          real NOT NULL,
    shrunken_low      real NOT NULL,
    shrunken_high     real NOT NULL,
    variance_between  real NOT NULL,             -- A, of the areas of a parent; NaN at the top
    reliability       real NOT NULL,             -- A over A and the sampling variance
    weight            double precision NOT NULL, -- of the answers of the period itself
    benchmarked       double precision NOT NULL, -- of the period itself
    display           smallint NOT NULL CHECK (display BETWEEN 0 AND 3),  -- hidden, shrunken, with interval, normal
    first_rank        smallint NOT NULL,         -- 1 the best: the ranks it may have among its siblings; 0 where it is not ranked
    last_rank         smallint NOT NULL,
    siblings          smallint NOT NULL,         -- that are ranked, itself included
    funnel            smallint NOT NULL CHECK (funnel BETWEEN -2 AND 2),  -- outside 95 % or 99.8 % around the parent's value
    first_pub         integer NOT NULL,
    last_pub          integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, indicator_id, period, start, first_pub)
);

-- As the sums it is made of: own area and below, of the areas above the headline outcomes, a line's indicators everywhere.
ALTER TABLE estimate ENABLE ROW LEVEL SECURITY;
CREATE POLICY estimate_scope ON estimate FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
    OR (indicator_id IN (SELECT i.indicator_id FROM indicator i WHERE i.headline IS NOT NULL)
        AND area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()))
    OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                        WHERE g.user_id = scope_user() AND g.role = 'line'));

-- Of everything published so far estimates are made with the next publication.
INSERT INTO touched (fact, month, file_id)
SELECT DISTINCT 'answer', CAST(date_trunc('month', CAST(r.start AS timestamp)) AS date), 0
FROM score_rollup r WHERE r.period = 'm' AND r.cut = 'all' AND r.last_pub = 2147483647
ON CONFLICT DO NOTHING;
