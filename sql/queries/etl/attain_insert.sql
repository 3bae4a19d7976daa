-- Write what is new or reads differently.
-- params: p
-- grain: one area, indicator and period
INSERT INTO attainment (plan_id, indicator_id, area_id, period, start, through, baseline, target, actual, low, high, n, state, score,
                        forecast, chance, first_pub)
SELECT n.plan_id, n.indicator_id, n.area_id, n.period, n.start, n.through, n.baseline, n.target, n.actual, n.low, n.high, n.n, n.state,
       n.score, n.forecast, n.chance, :p
FROM attainment_new n
WHERE NOT EXISTS (SELECT FROM attainment a
                  WHERE (n.plan_id, n.indicator_id, n.area_id, n.period, n.start) = (a.plan_id, a.indicator_id, a.area_id, a.period, a.start)
                    AND a.last_pub = 2147483647)
