-- One indicator's targets of a line of areas, from the root down.
-- params: plan, version, areas, indicator
-- grain: one area
SELECT t.area_id, t.level, t.baseline, t.target, t.displayed, t.weight FROM plan_target t
WHERE t.plan_id = :plan AND t.indicator_id = :indicator AND t.area_id = ANY(CAST(:areas AS integer[]))
  AND t.first_version <= :version AND t.last_version > :version
ORDER BY t.level
