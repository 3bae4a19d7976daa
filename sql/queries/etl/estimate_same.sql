-- Which current estimates read as they did: they stay (benchmarks are equal to rounding).
-- params: none
-- grain: one area, indicator and period
INSERT INTO estimate_same (area_id, indicator_id, period, start)
SELECT n.area_id, n.indicator_id, n.period, n.start
FROM estimate_new n
JOIN (SELECT e.* FROM estimate_span s JOIN estimate e ON e.period = s.period AND e.start = s.start AND e.last_pub = 2147483647) e
    USING (area_id, indicator_id, period, start)
WHERE e.last_pub = 2147483647
  AND (n.parent_id, n.window_length, n.n, n.n_eff, n.se, n.low, n.high, n.shrunken, n.shrunken_low, n.shrunken_high,
       n.variance_between, n.reliability, n.proof_window, n.display, n.first_rank, n.last_rank, n.siblings, n.funnel)
    = (e.parent_id, e.window_length, e.n, e.n_eff, e.se, e.low, e.high, e.shrunken, e.shrunken_low, e.shrunken_high,
       e.variance_between, e.reliability, e.proof_window, e.display, e.first_rank, e.last_rank, e.siblings, e.funnel)
  AND abs(n.direct - e.direct) <= 1e-9 AND abs(n.benchmarked - e.benchmarked) <= 1e-9
  AND abs(n.weight - e.weight) <= 1e-9 * e.weight
