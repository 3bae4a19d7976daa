-- Counter-proposals of a plan that wait for an answer, the highest areas first.
-- params: plan, most
-- grain: one area and indicator
SELECT a.area_id, a.code, a.name_zh, a.name_en, coalesce(up.code, a.code) AS above, i.code AS indicator, i.short_zh, i.short_en, s.value
FROM plan_stand s
JOIN plan p USING (plan_id)
JOIN plan_target t ON t.plan_id = s.plan_id AND t.area_id = s.area_id AND t.indicator_id = s.indicator_id
                  AND t.first_version <= p.version AND t.last_version > p.version
JOIN area a ON a.area_id = s.area_id
JOIN indicator i ON i.indicator_id = s.indicator_id
LEFT JOIN area up ON up.area_id = t.parent_id
WHERE s.plan_id = :plan AND s.state = 'countered'
ORDER BY a.level, a.sort_key, i.indicator_id LIMIT :most
