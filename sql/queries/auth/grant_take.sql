-- Take one grant from a user.
-- params: user_id, role, area_id, line_id
-- grain: one grant
DELETE FROM user_grant
WHERE user_id = :user_id AND role = :role AND area_id = :area_id AND line_id IS NOT DISTINCT FROM CAST(:line_id AS text)
