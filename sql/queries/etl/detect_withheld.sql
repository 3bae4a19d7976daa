-- Months' scores that are withheld for what they would give away.
-- params: first, last
-- grain: one area, indicator and month
SELECT s.area_id, s.indicator_id, s.start
FROM suppressed s
WHERE s.period = 'm' AND s.cut = 'all' AND s.value = '' AND NOT s.shift AND s.last_pub = 2147483647
  AND s.start >= CAST(:first AS date) AND s.start <= CAST(:last AS date)
