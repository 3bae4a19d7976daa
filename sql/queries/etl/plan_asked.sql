-- What a plan asks of its root in one version, and what came of it.
-- params: plan, version
-- grain: one indicator
SELECT i.code AS indicator, q.indicator_id, q.role, q.mode, t.baseline, k.asked, q.ceiling, q.rational, q.lead, k.rival, k.status,
       k.attainable, k.shortfall, t.reach,
       CASE WHEN q.role = 'outcome' AND i.direction * (k.asked - t.baseline) > 0
            THEN t.reach / (i.direction * (k.asked - t.baseline)) END AS coverage
FROM plan_indicator q JOIN indicator i USING (indicator_id)
JOIN plan_asked k ON k.plan_id = q.plan_id AND k.indicator_id = q.indicator_id AND k.first_version <= :version AND k.last_version > :version
JOIN plan_target t ON t.plan_id = q.plan_id AND t.indicator_id = q.indicator_id AND t.area_id = k.area_id
 AND t.first_version <= :version AND t.last_version > :version
WHERE q.plan_id = :plan AND q.first_version <= :version AND q.last_version > :version
ORDER BY q.role, i.headline NULLS LAST, q.indicator_id
