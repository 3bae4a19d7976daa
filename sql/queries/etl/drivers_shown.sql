-- The driver effects in force at the latest publication, strongest evidence of each pair first.
-- params: outcome (code, null for all), everything (also the evidence not shown first)
-- grain: one outcome, driver and kind of evidence
SELECT a.code AS area, o.code AS outcome, d.code AS driver, d.kind, e.evidence, e.level, e.lag, e.slope, e.low, e.high, e.p,
       e.differing, e.n, e.clusters, e.importance, e.importance_low, e.importance_high, e.method, e.r2, e.spread, e.seen_low,
       e.seen_high, e.base, e.kappa, e.kappa_low, e.kappa_high, e.proven, e.chosen, d.direction, e.first_month, e.last_month,
       e.first_pub AS publication
FROM driver_effect e
JOIN area a USING (area_id)
JOIN indicator o ON o.indicator_id = e.outcome_id
JOIN indicator d ON d.indicator_id = e.driver_id
WHERE e.last_pub = 2147483647 AND (CAST(:outcome AS text) IS NULL OR o.code = :outcome) AND (e.chosen OR :everything)
ORDER BY a.code, o.headline NULLS LAST, o.indicator_id, d.kind, e.proven DESC, abs(e.slope) * e.spread DESC, e.evidence
