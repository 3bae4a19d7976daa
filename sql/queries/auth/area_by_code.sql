-- The id of the area with a code.
-- params: code
-- grain: one area
SELECT area_id FROM area WHERE code = :code
