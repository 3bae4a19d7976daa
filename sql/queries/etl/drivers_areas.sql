-- The known counties and grids below a root on a day, each with the area above it.
-- params: root, day, county, grid (levels)
-- grain: one area
SELECT a.area_id, a.level, p.parent_id, coalesce(a.urban, false) AS urban
FROM area_closure c
JOIN area a ON a.area_id = c.descendant_id AND a.level IN (:county, :grid) AND a.kind <> 'unknown'
JOIN area_parent p ON p.area_id = a.area_id AND p.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < p.valid_to
WHERE c.ancestor_id = :root AND c.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < c.valid_to
ORDER BY a.level, a.area_id
