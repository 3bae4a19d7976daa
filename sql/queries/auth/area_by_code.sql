-- The id of the area with a code, and whether it is the root of its tree.
-- params: code
-- grain: one area
SELECT area_id, NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = area.area_id) AS root FROM area WHERE code = :code
