-- Write the estimates that are new or read differently, area by area, as pages read them.
-- params: p (the publication being made)
-- grain: one area, indicator and period
INSERT INTO estimate (area_id, indicator_id, period, start, parent_id, window_length, n, n_eff, deff, direct, se, low, high, shrunken,
                      shrunken_low, shrunken_high, variance_between, reliability, weight, benchmarked, display, first_rank,
                      last_rank, siblings, funnel, proof_window, first_pub)
SELECT n.area_id, n.indicator_id, n.period, n.start, n.parent_id, n.window_length, n.n, n.n_eff, n.deff, n.direct, n.se, n.low,
       n.high, n.shrunken, n.shrunken_low, n.shrunken_high, n.variance_between, n.reliability, n.weight, n.benchmarked, n.display,
       n.first_rank, n.last_rank, n.siblings, n.funnel, n.proof_window, :p
FROM estimate_new n
WHERE NOT EXISTS (SELECT FROM estimate_same k WHERE (k.area_id, k.indicator_id, k.period, k.start)
                                                  = (n.area_id, n.indicator_id, n.period, n.start))
ORDER BY n.area_id, n.indicator_id, n.period, n.start
