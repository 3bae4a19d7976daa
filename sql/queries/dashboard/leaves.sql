-- Every leaf below an area on a day that the user sees in full, each with the name of the area right above it.
-- params: area, day, level
-- grain: one leaf
SELECT a.area_id, a.code, a.name_zh, a.name_en, p.name_zh AS above_zh, p.name_en AS above_en
FROM area_closure c
JOIN area a ON a.area_id = c.descendant_id
JOIN area_parent m ON m.area_id = a.area_id AND m.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < m.valid_to
JOIN area p ON p.area_id = m.parent_id
JOIN user_area u ON u.user_id = scope_user() AND u.area_id = a.area_id AND u.reach = 'full'
WHERE c.ancestor_id = :area AND c.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < c.valid_to
  AND a.level = :level AND a.kind <> 'unknown'
ORDER BY p.sort_key, p.code, a.sort_key, a.code
