-- The ranks an area may have among its siblings in a month, and had some months before; of what is shown in both.
-- params: start, before
-- grain: one area and indicator
SELECT now.area_id, now.indicator_id, now.direct AS value, now.low, now.high, now.n, now.n_eff, now.first_rank, now.last_rank,
       before.first_rank AS first_before, before.last_rank AS last_before, now.siblings
FROM estimate_public now
JOIN estimate_public before USING (area_id, indicator_id, period, parent_id)
WHERE now.period = 'm' AND now.start = CAST(:start AS date) AND now.last_pub = 2147483647 AND now.first_rank > 0
  AND before.start = CAST(:before AS date) AND before.last_pub = 2147483647 AND before.first_rank > 0
