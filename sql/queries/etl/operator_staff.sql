-- Who runs the installation and is told when it fails: active stewards and administrators of a whole tree.
-- params: none
-- grain: one user
SELECT u.user_id, u.email, u.language
FROM app_user u
WHERE NOT u.disabled AND EXISTS (
    SELECT FROM user_grant g
    WHERE g.user_id = u.user_id AND g.role IN ('steward', 'admin')
      AND NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = g.area_id))
ORDER BY u.user_id
