-- Leave only the shifted leaves' places: no other fact is read.
-- params: none
-- grain: one leaf and stretch of days
DELETE FROM leaf_place WHERE place_id NOT IN (SELECT place_id FROM shift_node)
