-- Write the indexes that are new or read differently, area by area.
-- params: p (the publication being made)
-- grain: one area, business, construct and period
INSERT INTO tcsi_rollup (area_id, business, construct, period, start, n, sw, sw2, swx, swx2, vintage_id, first_pub)
SELECT n.area_id, n.business, n.construct, n.period, n.start, n.n, n.sw, n.sw2, n.swx, n.swx2, n.vintage_id, :p
FROM tcsi_new n
WHERE NOT EXISTS (SELECT FROM tcsi_rollup r
                  WHERE (r.area_id, r.business, r.construct, r.period, r.start) = (n.area_id, n.business, n.construct, n.period, n.start)
                    AND r.last_pub = 2147483647)
ORDER BY n.area_id, n.business, n.construct, n.period, n.start
