-- The published plans that have begun by a day.
-- params: day
-- grain: one plan
SELECT plan_id, area_id, period, start, version FROM plan WHERE status = 'published' AND start <= CAST(:day AS date) ORDER BY plan_id
