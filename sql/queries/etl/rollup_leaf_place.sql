-- The place of each leaf by day.
-- params: none
-- grain: one leaf and stretch of days
INSERT INTO leaf_place (area_id, valid_from, valid_to, place_id)
SELECT c.area_id, c.valid_from, c.valid_to, p.place_id FROM leaf_chain c JOIN place p ON p.path = c.path
