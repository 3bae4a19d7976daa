-- All targets of a plan as they were published.
-- params: plan
-- grain: one area and indicator
SELECT t.area_id, t.indicator_id, t.baseline, t.target, t.challenge
FROM plan_target t JOIN plan p USING (plan_id)
WHERE t.plan_id = :plan AND t.first_version <= p.version AND t.last_version > p.version
ORDER BY t.indicator_id, t.area_id
