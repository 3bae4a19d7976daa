-- Who runs the installation and is told when it fails: active stewards and administrators of every tree in the store, for what
-- failed may be of any.
-- params: none
-- grain: one user
SELECT u.user_id, u.email, u.language
FROM app_user u
WHERE NOT u.disabled
  AND EXISTS (SELECT FROM user_grant g WHERE g.user_id = u.user_id AND g.role IN ('steward', 'admin'))
  AND NOT EXISTS (
    SELECT FROM area a
    WHERE NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = a.area_id)
      AND NOT EXISTS (SELECT FROM user_grant g
                      WHERE g.user_id = u.user_id AND g.area_id = a.area_id AND g.role IN ('steward', 'admin')))
ORDER BY u.user_id
