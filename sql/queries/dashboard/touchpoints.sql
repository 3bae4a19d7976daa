-- The touchpoints of an area on a day.
-- params: area, day
-- grain: one touchpoint
SELECT touchpoint_id, code, kind, name_zh, name_en
FROM touchpoint
WHERE area_id = :area AND valid_from <= CAST(:day AS date) AND CAST(:day AS date) < valid_to
ORDER BY kind, code
