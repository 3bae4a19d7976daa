-- Whether the reader may write down addresses for an area's reports, and the reader's own address.
-- params: area
-- grain: one row
SELECT u.email, sees_whole_area(u.user_id, :area)
       AND EXISTS (SELECT FROM user_grant g WHERE g.user_id = u.user_id AND g.role IN ('admin', 'quality', 'manager')) AS lists
FROM app_user u WHERE u.user_id = scope_user()
