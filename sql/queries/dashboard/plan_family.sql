-- The targets of some areas and of those right below one of them, in one version.
-- params: plan, version, areas, parent
-- grain: one area and indicator
SELECT t.area_id, t.indicator_id, t.parent_id, t.level, t.weight, t.baseline, t.floor, t.cap, t.lock, t.target, t.displayed, t.challenge,
       t.lead, t.easiest, t.hardest, t.binding, t.reach
FROM plan_target t
WHERE t.plan_id = :plan AND t.first_version <= :version AND t.last_version > :version
  AND (t.area_id = ANY(CAST(:areas AS integer[])) OR t.parent_id = :parent)
