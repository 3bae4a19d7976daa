-- Names of an area's plan members: itself, those right below it and those below them.
-- params: areas
-- grain: one area
SELECT a.area_id, a.code, a.level, a.name_zh, a.name_en, a.sort_key,
       EXISTS (SELECT FROM user_area u WHERE u.user_id = scope_user() AND u.area_id = a.area_id AND u.reach = 'full')
       OR EXISTS (SELECT FROM user_grant g WHERE g.user_id = scope_user() AND g.role = 'line') AS open
FROM area a WHERE a.area_id = ANY(CAST(:areas AS integer[]))
ORDER BY a.level, a.sort_key, a.code
