-- How many reports are kept of an area and all below it.
-- params: area
-- grain: one row
SELECT count(*) AS reports FROM report r WHERE r.area_id IN (SELECT c.descendant_id FROM area_closure c WHERE c.ancestor_id = :area)
