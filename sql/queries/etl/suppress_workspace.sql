-- Make the tables suppression works in; they vanish with the transaction.
-- params: none
-- grain: as each table says
CREATE TEMP TABLE IF NOT EXISTS suppress_value (value_id integer PRIMARY KEY, cut text NOT NULL, value text NOT NULL) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS suppress_hidden (  -- cells to hide beside the small ones
    shift boolean NOT NULL, area_id integer NOT NULL, indicator_id smallint NOT NULL, period char(1) NOT NULL, start date NOT NULL,
    value_id integer NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS suppress_window (  -- spans that are no calendar period and may be shown
    area_id integer NOT NULL, indicator_id smallint NOT NULL, first date NOT NULL, last date NOT NULL, n bigint NOT NULL,
    sw double precision NOT NULL, sw2 double precision NOT NULL, swx double precision NOT NULL,
    swx2 double precision  -- null: to be looked up
) ON COMMIT DROP;
TRUNCATE suppress_value, suppress_hidden, suppress_window
