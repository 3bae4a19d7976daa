-- Make the tables the satisfaction index is rolled up in: they vanish with the transaction.
-- params: none
-- grain: as each table says
CREATE TEMP TABLE tcsi_month (month date PRIMARY KEY, read boolean NOT NULL DEFAULT false) ON COMMIT DROP;  -- to be scored afresh
CREATE TEMP TABLE tcsi_answer (         -- one item answered by an own customer, and where the customer's grid stood then
    response_id uuid NOT NULL, business text NOT NULL, year smallint NOT NULL, month date NOT NULL, place_id integer NOT NULL,
    weight double precision NOT NULL, indicator_id smallint NOT NULL, raw double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE tcsi_part (           -- how an item counts in a year's scores; needed: constructs that must be answered enough
    business text NOT NULL, year smallint NOT NULL, vintage_id integer NOT NULL, construct text NOT NULL, least smallint NOT NULL,
    needed smallint NOT NULL, indicator_id smallint NOT NULL, w double precision NOT NULL, reversed boolean NOT NULL,
    low double precision NOT NULL, high double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE tcsi_new (
    area_id integer NOT NULL, business text NOT NULL, construct text NOT NULL, period char(1) NOT NULL, start date NOT NULL,
    n bigint NOT NULL, sw double precision NOT NULL, sw2 double precision NOT NULL, swx double precision NOT NULL,
    swx2 double precision NOT NULL, vintage_id integer NOT NULL
) ON COMMIT DROP;
