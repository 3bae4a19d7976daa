-- The nodes of an areas file on their way in.
-- params: none
-- grain: one node
CREATE TEMP TABLE IF NOT EXISTS arriving_area (
    code text, level smallint, kind text, name_zh text, name_en text, sort_key text, lon double precision,
    lat double precision, urban boolean, valid_from date, valid_to date
) ON COMMIT DROP
