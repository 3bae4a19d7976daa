-- Other names areas go by.
-- params: none
-- grain: one alias of one area
SELECT alias, area_id FROM area_alias
