-- A plan's targets in an area and right below it, in one version.
-- params: plan, version, area (code), indicator (code, null for all)
-- grain: one area and indicator
SELECT a.code AS area, a.name_zh, i.code AS indicator, i.line_id AS line, q.role, t.weight, t.baseline, t.target, t.displayed,
       t.challenge, t.lead, t.floor, t.cap, t.lock, t.easiest, t.hardest, t.binding, t.reach, coalesce(s.state, 'proposed') AS state
FROM plan_target t
JOIN area a USING (area_id)
JOIN indicator i USING (indicator_id)
JOIN plan_indicator q ON q.plan_id = t.plan_id AND q.indicator_id = t.indicator_id AND q.first_version <= :version AND q.last_version > :version
LEFT JOIN plan_stand s ON s.plan_id = t.plan_id AND s.area_id = t.area_id AND s.indicator_id = t.indicator_id
WHERE t.plan_id = :plan AND t.first_version <= :version AND t.last_version > :version
  AND (a.code = :area OR t.parent_id = (SELECT area_id FROM area WHERE code = :area))
  AND (CAST(:indicator AS text) IS NULL OR i.code = :indicator)
ORDER BY a.level, a.sort_key, a.code, i.headline NULLS LAST, i.indicator_id
