-- An area's sums of all ratios (process and complaint indicators) in given periods, as one publication holds them.
-- params: p, area, period, starts
-- grain: one indicator and period
SELECT indicator_id, start, n, numerator, denominator
FROM ratio_rollup
WHERE area_id = :area AND indicator_id = ANY(SELECT i.indicator_id FROM indicator i WHERE i.fact <> 'answer')
  AND period = :period AND cut = 'all' AND start = ANY(CAST(:starts AS date[])) AND value = ''
  AND first_pub <= :p AND last_pub > :p
