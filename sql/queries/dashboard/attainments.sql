-- How some areas stand on their targets in one period, as one publication judged them.
-- params: p, plan, areas, period, start
-- grain: one area and indicator
SELECT area_id, indicator_id, through, baseline, target, actual, low, high, n, state, score, forecast, chance
FROM attainment
WHERE plan_id = :plan AND area_id = ANY(CAST(:areas AS integer[])) AND period = :period AND start = CAST(:start AS date)
  AND first_pub <= :p AND last_pub > :p
