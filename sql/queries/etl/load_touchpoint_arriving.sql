-- Touchpoints on their way in.
-- params: none
-- grain: one touchpoint
CREATE TEMP TABLE IF NOT EXISTS arriving_touchpoint (
    code text, kind text, name_zh text, name_en text, area_id integer, lon double precision, lat double precision,
    valid_from date, valid_to date
) ON COMMIT DROP
