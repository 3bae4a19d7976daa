-- Benchmarked scores of the headline outcomes in one period, with the weight of their answers.
-- params: p, period, start
-- grain: one area and indicator
SELECT e.area_id, e.indicator_id, e.benchmarked AS value, e.weight, e.reliability
FROM estimate e JOIN indicator i USING (indicator_id)
WHERE i.headline IS NOT NULL AND e.period = :period AND e.start = CAST(:start AS date) AND e.first_pub <= :p AND e.last_pub > :p
ORDER BY e.indicator_id, e.area_id
