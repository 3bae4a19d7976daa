-- Give a user a role on an area (for the role line: on one line's indicators everywhere); none when it is there already.
-- params: user_id, role, area_id, line_id
-- grain: one grant
INSERT INTO user_grant (user_id, role, area_id, line_id)
SELECT CAST(:user_id AS integer), CAST(:role AS text), CAST(:area_id AS integer), CAST(:line_id AS text)
WHERE NOT EXISTS (SELECT 1 FROM user_grant g
                  WHERE g.user_id = :user_id AND g.role = :role AND g.area_id = :area_id
                    AND g.line_id IS NOT DISTINCT FROM CAST(:line_id AS text))
