-- Close the indexes of the periods written afresh that read differently now, or are no more.
-- params: p (the publication being made)
-- grain: one row of tcsi_rollup
UPDATE tcsi_rollup r SET last_pub = :p
FROM (SELECT 'm' AS period, month AS start FROM tcsi_month
      UNION SELECT 'q', CAST(date_trunc('quarter', month) AS date) FROM tcsi_month
      UNION SELECT 'y', CAST(date_trunc('year', month) AS date) FROM tcsi_month) s
WHERE s.period = r.period AND s.start = r.start AND r.last_pub = 2147483647
  AND NOT EXISTS (SELECT FROM tcsi_new n
                  WHERE (n.area_id, n.business, n.construct, n.period, n.start, n.n, n.vintage_id)
                      = (r.area_id, r.business, r.construct, r.period, r.start, r.n, r.vintage_id)
                    AND abs(r.sw - n.sw) <= 1e-9 * abs(n.sw) AND abs(r.sw2 - n.sw2) <= 1e-9 * abs(n.sw2)
                    AND abs(r.swx - n.swx) <= 1e-9 * (1 + abs(n.swx)) AND abs(r.swx2 - n.swx2) <= 1e-9 * abs(n.swx2))
