-- Every area's code and names.
-- params: none
-- grain: one area
SELECT area_id, code, name_zh, name_en FROM area
