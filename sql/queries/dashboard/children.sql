-- The members of an area on a day, and whether the user may see an indicator's figures there (own area, or own line).
-- params: parent, day, indicator
-- grain: one child
SELECT a.area_id, a.code, a.level, a.kind, a.name_zh, a.name_en, a.sort_key, a.lon, a.lat, a.boundary,
       EXISTS (SELECT 1 FROM user_area u
               WHERE u.user_id = scope_user() AND u.area_id = a.area_id AND u.reach = 'full')
       OR EXISTS (SELECT 1 FROM user_grant g JOIN indicator i USING (line_id)
                  WHERE g.user_id = scope_user() AND g.role = 'line' AND i.indicator_id = :indicator) AS open
FROM area_parent p JOIN area a USING (area_id)
WHERE p.parent_id = :parent
  AND p.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < p.valid_to
  AND a.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < a.valid_to
ORDER BY a.kind = 'unknown', a.sort_key, a.code
