-- Close the current estimates of the periods estimated anew that read differently now, or are no more.
-- params: p (the publication being made)
-- grain: one row of estimate
UPDATE estimate e SET last_pub = :p
FROM estimate_span s
WHERE s.period = e.period AND s.start = e.start AND e.last_pub = 2147483647
  AND NOT EXISTS (SELECT FROM estimate_same k WHERE (k.area_id, k.indicator_id, k.period, k.start)
                                                  = (e.area_id, e.indicator_id, e.period, e.start))
