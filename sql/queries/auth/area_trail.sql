-- From the root of the tree down to an area, as the tree stood on a day (or, when the area did not live that day, on
-- the nearest day it did), with what the user may see of each.
-- params: area_id, user_id, day
-- grain: one area of the trail, root first
WITH here AS (
    SELECT greatest(valid_from, least(CAST(:day AS date), CASE WHEN valid_to = 'infinity' THEN CAST(:day AS date)
                                                               ELSE valid_to - 1 END)) AS day
    FROM area WHERE area_id = :area_id
), anywhere AS (
    SELECT EXISTS (SELECT 1 FROM user_grant g WHERE g.user_id = :user_id AND g.role = 'line') AS yes
)
SELECT a.area_id, a.code, a.level, a.kind, a.name_zh, a.name_en,
       anywhere.yes OR coalesce(u.reach = 'full', false) AS "full",
       anywhere.yes OR u.reach IS NOT NULL AS seen
FROM here
CROSS JOIN anywhere
JOIN area_closure c ON c.descendant_id = :area_id AND c.valid_from <= here.day AND c.valid_to > here.day
JOIN area a ON a.area_id = c.ancestor_id
LEFT JOIN user_area u ON u.area_id = a.area_id AND u.user_id = :user_id
ORDER BY c.depth DESC
