-- The known areas of a tree on a day, each with the area above it (0 for the root), parents before their children.
-- params: root, day
-- grain: one area
SELECT a.area_id, a.code, a.level, CASE WHEN a.area_id = :root THEN 0 ELSE p.parent_id END AS parent_id
FROM area_closure c
JOIN area a ON a.area_id = c.descendant_id AND a.kind <> 'unknown'
LEFT JOIN area_parent p ON p.area_id = a.area_id AND p.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < p.valid_to
WHERE c.ancestor_id = :root AND c.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < c.valid_to
ORDER BY a.level, a.area_id
