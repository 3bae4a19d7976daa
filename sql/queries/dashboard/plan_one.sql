-- All targets of one indicator in one version that the user may see.
-- params: plan, version, indicator
-- grain: one area
SELECT t.area_id, t.parent_id, t.weight, t.baseline, t.floor, t.cap, t.lock, t.target, t.displayed
FROM plan_target t
WHERE t.plan_id = :plan AND t.indicator_id = :indicator AND t.first_version <= :version AND t.last_version > :version
ORDER BY t.level, t.area_id
