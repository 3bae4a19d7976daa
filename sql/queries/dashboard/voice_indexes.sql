-- Sums of the satisfaction index of some areas in given periods, as one publication holds them.
-- params: p, areas, periods, starts
-- grain: one area, business, construct and period
SELECT area_id, business, construct, period, start, n, sw, sw2, swx, swx2, vintage_id
FROM tcsi_rollup
WHERE area_id = ANY(CAST(:areas AS integer[])) AND period = ANY(CAST(:periods AS char(1)[])) AND start = ANY(CAST(:starts AS date[]))
  AND first_pub <= :p AND last_pub > :p
