-- How an area stands on the outcomes of the plans in force, in one period.
-- params: p, area, period, start
-- grain: one outcome
SELECT i.code AS indicator, t.plan_id, t.through, t.baseline, t.target, t.actual, t.low, t.high, t.state, t.chance
FROM attainment t JOIN indicator i USING (indicator_id)
WHERE t.area_id = :area AND t.period = :period AND t.start = CAST(:start AS date) AND i.headline IS NOT NULL
  AND t.first_pub <= :p AND t.last_pub > :p
  AND t.plan_id IN (SELECT p.plan_id FROM plan p WHERE p.status = 'published')
