-- Write the estimates that are new or read differently, area by area, as pages read them.
-- params: p (the publication being made)
-- grain: one area, indicator and period
INSERT INTO estimate
SELECT n.*, :p
FROM estimate_new n
WHERE NOT EXISTS (SELECT FROM estimate_same k WHERE (k.area_id, k.indicator_id, k.period, k.start)
                                                  = (n.area_id, n.indicator_id, n.period, n.start))
ORDER BY n.area_id, n.indicator_id, n.period, n.start
