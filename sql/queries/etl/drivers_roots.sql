-- The roots of the trees on a day: drivers are estimated on each whole tree.
-- params: day
-- grain: one root
SELECT a.area_id FROM area a
WHERE a.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < a.valid_to
  AND NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = a.area_id)
ORDER BY a.area_id
