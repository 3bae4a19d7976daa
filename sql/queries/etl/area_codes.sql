-- Areas by their codes.
-- params: none
-- grain: one area
SELECT area_id, code FROM area
