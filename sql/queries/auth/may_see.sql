-- Whether an area is within what a user sees in full (a line owner sees his indicators everywhere).
-- params: user_id, area_id
-- grain: one row when it is, none when not
SELECT a.area_id
FROM area a
WHERE a.area_id = :area_id
  AND (EXISTS (SELECT 1 FROM user_area u WHERE u.user_id = :user_id AND u.area_id = a.area_id AND u.reach = 'full')
       OR EXISTS (SELECT 1 FROM user_grant g WHERE g.user_id = :user_id AND g.role = 'line'))
