-- A publication makes one batch visible at once. A roll-up row is seen by publications p with
-- first_pub <= p < last_pub, so a reader holding p never sees two batches and an old p stays reproducible.
CREATE TABLE publication (
    publication_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    published_at   timestamptz NOT NULL DEFAULT now(),
    data_from      date,
    data_to        date,
    answers        bigint NOT NULL DEFAULT 0,
    cells_changed  bigint NOT NULL DEFAULT 0,
    months_changed date[] NOT NULL DEFAULT '{}',
    note           text NOT NULL DEFAULT ''
);

CREATE TABLE score_rollup (
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    period       char(1) NOT NULL,
    cut          text NOT NULL,                  -- 'all' or the name of one cut
    start        date NOT NULL,
    value        text NOT NULL,                  -- '' for 'all'
    n            bigint NOT NULL,
    sw           double precision NOT NULL,
    sw2          double precision NOT NULL,
    swx          double precision NOT NULL,
    swx2         double precision NOT NULL,
    counts       integer[] NOT NULL,             -- answers per raw score 0..10
    first_pub    integer NOT NULL,
    last_pub     integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, indicator_id, period, cut, start, value, first_pub)
);

CREATE TABLE ratio_rollup (
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    period       char(1) NOT NULL,
    cut          text NOT NULL,
    start        date NOT NULL,
    value        text NOT NULL,
    n            bigint NOT NULL,
    numerator    double precision NOT NULL,
    denominator  double precision NOT NULL,
    first_pub    integer NOT NULL,
    last_pub     integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, indicator_id, period, cut, start, value, first_pub)
);

-- An area's anonymous place among its siblings: all a user may learn of the siblings.
CREATE TABLE rank_band (
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    period       char(1) NOT NULL,
    start        date NOT NULL,
    band         smallint NOT NULL,              -- 1 the best
    bands        smallint NOT NULL,
    siblings     smallint NOT NULL,
    first_pub    integer NOT NULL,
    last_pub     integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, indicator_id, period, start, first_pub)
);

-- Which areas' data had come by the publication, for "134 of 137 counties".
CREATE TABLE coverage (
    publication_id integer NOT NULL REFERENCES publication,
    area_id        integer NOT NULL,
    fact           text NOT NULL,
    data_to        date NOT NULL,
    PRIMARY KEY (publication_id, area_id, fact)
);
