-- Whether scores that would give small ones away are hidden as well, as it holds on a day.
-- params: day
-- grain: one policy
SELECT value
FROM policy
WHERE name = 'joint_suppression' AND valid_from <= CAST(:day AS date)
ORDER BY valid_from DESC
LIMIT 1
