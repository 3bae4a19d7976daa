-- What customers said, within the user's scope, for the dashboard's role, which reads no single answer otherwise: own customers'
-- words (masked on the way in) with the scores given beside them. A view reads with its owner's rights, so the rule of 0005 for
-- facts stands here once more.
CREATE VIEW said_shown WITH (security_barrier) AS
SELECT d.area_id, d.day, d.response_id, a.indicator_id, a.raw, a.scale, a.score, r.mode, r.business, d.tags, d.verbatim
FROM response_detail d
JOIN response r ON (r.area_id, r.day, r.response_id) = (d.area_id, d.day, d.response_id)
JOIN brand b ON b.brand = r.brand AND b.own
JOIN answer a ON (a.area_id, a.day, a.response_id) = (d.area_id, d.day, d.response_id)
WHERE d.verbatim IS NOT NULL
  AND d.area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full');
