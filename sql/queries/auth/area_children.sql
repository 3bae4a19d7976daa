-- The areas right below some areas on a day that the user sees in full.
-- params: parents (ids), user_id, day
-- grain: one area and parent
SELECT c.ancestor_id AS parent_id, a.area_id, a.code, a.level, a.kind, a.name_zh, a.name_en, a.sort_key
FROM area_closure c
JOIN area a ON a.area_id = c.descendant_id
WHERE c.ancestor_id = ANY(CAST(:parents AS integer[])) AND c.depth = 1
  AND c.valid_from <= CAST(:day AS date) AND c.valid_to > CAST(:day AS date)
  AND (EXISTS (SELECT 1 FROM user_area u WHERE u.user_id = :user_id AND u.area_id = a.area_id AND u.reach = 'full')
       OR EXISTS (SELECT 1 FROM user_grant g WHERE g.user_id = :user_id AND g.role = 'line'))
ORDER BY c.ancestor_id, a.kind = 'unknown', a.sort_key, a.code
