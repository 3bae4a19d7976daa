-- A user with the grants, and the highest area granted as the one to begin with.
-- params: user_id
-- grain: one user
SELECT u.user_id, u.login, u.name, u.language, u.disabled, u.session_epoch, u.password_given,
       coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'area_id', g.area_id, 'line_id', g.line_id)
                                  ORDER BY g.role, g.area_id, g.line_id)
                 FROM user_grant g WHERE g.user_id = u.user_id), '[]') AS grants,
       (SELECT g.area_id FROM user_grant g JOIN area a USING (area_id)
        WHERE g.user_id = u.user_id ORDER BY a.level, a.code LIMIT 1) AS home_area
FROM app_user u
WHERE u.user_id = :user_id
