-- What goes with an outcome, and which process indicators provenly go with perceptions, as one publication holds it.
-- params: p, root (area), outcome
-- grain: one outcome or perception, and driver
SELECT e.outcome_id, e.driver_id, e.evidence, e.level, e.lag, e.slope, e.low, e.high, e.differing, e.n, e.clusters,
       e.importance, e.importance_low, e.importance_high, e.method, e.r2, e.spread, e.seen_low, e.seen_high, e.base, e.ceiling,
       e.proven, e.first_month, e.last_month, e.first_pub
FROM driver_effect e
WHERE e.area_id = :root AND e.chosen AND e.first_pub <= :p AND e.last_pub > :p
  AND (e.outcome_id = :outcome
       OR (e.proven AND e.outcome_id IN (SELECT i.indicator_id FROM indicator i WHERE i.kind = 'perception')))
ORDER BY e.outcome_id, abs(e.slope) * e.spread DESC, e.driver_id
