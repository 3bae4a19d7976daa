-- The areas whose single customers are the reader's to see, as granted, the highest first.
-- params: none
-- grain: one area
SELECT a.code, a.name_zh, a.name_en
FROM area a
WHERE a.area_id IN (SELECT g.area_id FROM user_grant g WHERE g.user_id = scope_user() AND g.role IN ('quality', 'manager', 'grid'))
ORDER BY a.level, a.sort_key, a.code
