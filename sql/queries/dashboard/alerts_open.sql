-- How many alerts are open at an area and below it.
-- params: area
-- grain: one row
SELECT count(*) AS open
FROM episode e
WHERE e.closed_at IS NULL AND e.area_id IN (SELECT c.descendant_id FROM area_closure c WHERE c.ancestor_id = :area)
