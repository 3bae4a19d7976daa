-- Whose eyes a report asked for on the command line borrows: an active user who sees a whole tree, the quality department first.
-- params: none
-- grain: one user
SELECT u.user_id
FROM app_user u
JOIN user_grant g USING (user_id)
JOIN area a USING (area_id)
WHERE NOT u.disabled AND g.role <> 'line' AND NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = g.area_id)
ORDER BY a.level, array_position(ARRAY['quality', 'analyst', 'manager', 'admin'], g.role), u.user_id
LIMIT 1
