-- Make the tables the restating works in; they vanish with the transaction.
-- params: none
-- grain: as each table says
CREATE TEMP TABLE shift (               -- as in area_shift
    area_id integer NOT NULL, valid_from date NOT NULL, valid_to date NOT NULL, node_id integer NOT NULL, parent_id integer,
    sign smallint NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE shift_node (          -- the areas a leaf place's figures are taken from or added to; top: the highest of them
    place_id integer NOT NULL, node_id integer NOT NULL, level smallint NOT NULL, sign smallint NOT NULL, top smallint NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE score_shift_new (
    area_id integer NOT NULL, indicator_id smallint NOT NULL, span_id integer NOT NULL, cut text NOT NULL, value text NOT NULL,
    n bigint NOT NULL, sw double precision NOT NULL, sw2 double precision NOT NULL, swx double precision NOT NULL,
    swx2 double precision NOT NULL, counts integer[] NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE ratio_shift_part (    -- parts of a shift: events, subscribers
    area_id integer NOT NULL, indicator_id smallint NOT NULL, span_id integer NOT NULL, cut text NOT NULL, value text NOT NULL,
    n bigint NOT NULL, numerator double precision NOT NULL, denominator double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE subscriber_shift (    -- of an area's whole subscribers
    area_id integer NOT NULL, indicator_id smallint NOT NULL, span_id integer NOT NULL, period char(1) NOT NULL, start date NOT NULL,
    denominator double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE dated_rate (          -- complaint rates as they stand in the dated tree
    area_id integer NOT NULL, indicator_id smallint NOT NULL, span_id integer NOT NULL, cut text NOT NULL, value text NOT NULL,
    n bigint NOT NULL, denominator double precision NOT NULL
) ON COMMIT DROP;
