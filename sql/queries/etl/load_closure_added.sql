-- Add the closure of areas that have none yet.
-- params: none
-- grain: one (ancestor, descendant) pair and span of dates
WITH RECURSIVE up AS (
    SELECT a.area_id AS descendant_id, a.area_id AS ancestor_id, CAST(0 AS smallint) AS depth, a.valid_from, a.valid_to
    FROM area a
    WHERE NOT EXISTS (SELECT 1 FROM area_closure c WHERE c.descendant_id = a.area_id)
    UNION ALL
    SELECT up.descendant_id, p.parent_id, CAST(up.depth + 1 AS smallint),
           greatest(up.valid_from, p.valid_from), least(up.valid_to, p.valid_to)
    FROM up JOIN area_parent p ON p.area_id = up.ancestor_id
     AND p.valid_from < up.valid_to AND up.valid_from < p.valid_to
)
INSERT INTO area_closure (ancestor_id, descendant_id, depth, valid_from, valid_to)
SELECT ancestor_id, descendant_id, depth, valid_from, valid_to FROM up WHERE valid_from < valid_to
