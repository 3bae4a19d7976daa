-- Whether the reader may see single customers at all.
-- params: none
-- grain: one row
SELECT EXISTS (SELECT FROM user_grant g WHERE g.user_id = scope_user() AND g.role IN ('quality', 'manager', 'grid')) AS seen
