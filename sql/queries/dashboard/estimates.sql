-- Values drawn towards the area above, where a score's base is too thin for its direct value, as one publication holds them.
-- params: p, areas, indicators, periods, starts
-- grain: one area, indicator and period
SELECT area_id, indicator_id, period, start, window_length, shrunken, shrunken_low, shrunken_high
FROM estimate_shown
WHERE area_id = ANY(CAST(:areas AS integer[])) AND indicator_id = ANY(CAST(:indicators AS smallint[]))
  AND period = ANY(CAST(:periods AS char(1)[])) AND start = ANY(CAST(:starts AS date[]))
  AND first_pub <= :p AND last_pub > :p AND display = 1
