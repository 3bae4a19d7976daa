-- Every area with its parent in the tree of a day, or the last one it had.
-- params: day
-- grain: one area
SELECT a.area_id, a.level, a.kind = 'unknown' AS unknown, a.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < a.valid_to AS alive,
       (SELECT p.parent_id FROM area_parent p WHERE p.area_id = a.area_id
        ORDER BY p.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < p.valid_to DESC, p.valid_from DESC LIMIT 1) AS parent_id
FROM area a
