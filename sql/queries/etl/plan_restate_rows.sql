-- All targets of a plan as they were published, with how each indicator is shared out; the headline outcomes span the whole tree.
-- params: plan
-- grain: one area and indicator
SELECT t.area_id, t.indicator_id, t.parent_id, t.level, t.weight, t.baseline, t.target, t.cap, q.mode, q.ceiling,
       q.challenge AS challenge_margin, i.direction, q.role = 'outcome' AS whole
FROM plan p
JOIN plan_target t ON t.plan_id = p.plan_id AND t.first_version <= p.version AND t.last_version > p.version
JOIN plan_indicator q ON q.plan_id = p.plan_id AND q.indicator_id = t.indicator_id AND q.first_version <= p.version
                     AND q.last_version > p.version
JOIN indicator i ON i.indicator_id = t.indicator_id
WHERE p.plan_id = :plan ORDER BY t.indicator_id, t.level, t.area_id
