-- What is measured, by whom it is owned, and when the definition is due for review.
CREATE TABLE line (
    line_id  text PRIMARY KEY,
    name_zh  text NOT NULL,
    name_en  text NOT NULL,
    position smallint NOT NULL
);

CREATE TABLE indicator (
    indicator_id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code         text NOT NULL UNIQUE,
    name_zh      text NOT NULL,
    name_en      text NOT NULL,
    short_zh     text NOT NULL,
    short_en     text NOT NULL,
    unit         text NOT NULL,
    direction    smallint NOT NULL CHECK (direction IN (-1, 1)),   -- 1: higher is better
    kind         text NOT NULL CHECK (kind IN ('outcome', 'perception', 'process')),
    line_id      text NOT NULL REFERENCES line,
    business     text,
    headline     smallint UNIQUE,                                  -- place among the headline outcomes
    fact         text NOT NULL CHECK (fact IN ('answer', 'process', 'complaint')),
    numerator    text,                                             -- a measure of the fact, for ratios
    denominator  text,
    factor       double precision NOT NULL DEFAULT 1,
    decimals     smallint NOT NULL DEFAULT 1,
    minimum_base integer NOT NULL DEFAULT 5,
    author       text NOT NULL,
    checked_by   text NOT NULL,
    reviewed_on  date NOT NULL,
    review_due   date NOT NULL,
    definition_zh text NOT NULL,
    definition_en text NOT NULL,
    CHECK (fact = 'answer' OR (numerator IS NOT NULL AND denominator IS NOT NULL))
);

CREATE TABLE brand (
    brand   text PRIMARY KEY,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    own     boolean NOT NULL
);
CREATE UNIQUE INDEX brand_one_own ON brand (own) WHERE own;

-- Policy numbers an operator may set, each dated.
CREATE TABLE policy (
    name       text NOT NULL,
    value      double precision NOT NULL,
    valid_from date NOT NULL,
    note_zh    text NOT NULL DEFAULT '',
    note_en    text NOT NULL DEFAULT '',
    PRIMARY KEY (name, valid_from)
);

-- How deep each roll-up is kept: the cut 'all' everywhere, finer cuts by day no deeper than counties.
CREATE TABLE rollup_depth (
    period char(1) NOT NULL CHECK (period IN ('d', 'w', 'm', 'q', 'y')),
    cut    text NOT NULL,
    level  smallint NOT NULL,
    PRIMARY KEY (period, cut)
);
