-- Close what reads differently now or is no more, of the periods judged afresh; what an interrupted run left goes.
-- params: p
-- grain: one area, indicator and period
WITH gone AS (DELETE FROM attainment WHERE first_pub = :p)
UPDATE attainment a SET last_pub = :p
FROM attain_span s
WHERE (s.plan_id, s.period, s.start) = (a.plan_id, a.period, a.start) AND a.last_pub = 2147483647 AND a.first_pub < :p
  AND NOT EXISTS (
      SELECT FROM attainment_new n
      WHERE (n.plan_id, n.indicator_id, n.area_id, n.period, n.start) = (a.plan_id, a.indicator_id, a.area_id, a.period, a.start)
        AND (n.through, n.baseline, n.target, n.actual, n.low, n.high, n.n, n.state, n.score, n.forecast, n.chance)
            IS NOT DISTINCT FROM (a.through, a.baseline, a.target, a.actual, a.low, a.high, a.n, a.state, a.score, a.forecast, a.chance))
