-- Every user with the grants spelled out, and the last successful login; in a reader's scope for administrators only.
-- params: none
-- grain: one user
SELECT u.user_id, u.login, u.name, u.email, u.language, u.disabled, u.created_at,
       coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'area', a.code, 'area_zh', a.name_zh, 'area_en', a.name_en,
                                                     'line', g.line_id, 'line_zh', l.name_zh, 'line_en', l.name_en)
                                  ORDER BY a.level, a.code, g.role, g.line_id)
                 FROM user_grant g JOIN area a USING (area_id) LEFT JOIN line l USING (line_id)
                 WHERE g.user_id = u.user_id), '[]') AS grants,
       (SELECT max(t.at) FROM login_attempt t WHERE t.login = u.login AND t.ok) AS last_login
FROM app_user u
WHERE (SELECT scope_user() IS NULL OR is_administrator())
ORDER BY u.login
