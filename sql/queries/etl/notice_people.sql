-- Whose grants cover areas on a day, and how they want to be told.
-- params: areas, today
-- grain: one grant and area
SELECT c.descendant_id AS area_id, g.user_id, g.role, g.line_id, c.depth,
       p.urgent, p.important, p.notable, p.digest_at, p.quiet_from, p.quiet_until, p.below
FROM area_closure c
JOIN user_grant g ON g.area_id = c.ancestor_id
JOIN app_user u ON u.user_id = g.user_id AND NOT u.disabled
LEFT JOIN alert_preference p ON p.user_id = g.user_id
WHERE c.descendant_id = ANY(:areas) AND c.valid_from <= :today AND c.valid_to > :today
