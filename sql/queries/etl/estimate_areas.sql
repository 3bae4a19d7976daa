-- Every area there is or was.
-- params: none
-- grain: one area
SELECT area_id, level, kind, valid_from, least(valid_to, CAST('9999-12-31' AS date)) AS valid_to FROM area ORDER BY area_id
