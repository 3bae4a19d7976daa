-- The moves at one area's target of an indicator, and those of the plan as a whole, the newest first.
-- params: plan, area, indicator, most
-- grain: one move
SELECT s.step_id, s.version, s.area_id, s.indicator_id, s.action, s.side, s.value, s.note, s.by, s.at
FROM plan_step s
WHERE s.plan_id = :plan AND (s.indicator_id IS NULL OR (s.area_id = :area AND s.indicator_id = :indicator))
ORDER BY s.step_id DESC LIMIT :most
