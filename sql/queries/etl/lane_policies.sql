-- The fast lane's numbers as they hold on a day.
-- params: today
-- grain: one policy
SELECT DISTINCT ON (name) name, value
FROM policy
WHERE name IN ('fast_lane_score', 'fast_lane_days', 'fast_lane_due_days') AND valid_from <= :today
ORDER BY name, valid_from DESC
