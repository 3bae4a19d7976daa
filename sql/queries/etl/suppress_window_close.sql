-- Close the spans that may be shown no longer, or read differently.
-- params: p (the publication being made)
-- grain: one row of score_window
UPDATE score_window w SET last_pub = :p
WHERE w.last_pub = 2147483647
  AND NOT EXISTS (SELECT FROM suppress_window n
                  WHERE (n.area_id, n.indicator_id, n.first, n.last, n.n) = (w.area_id, w.indicator_id, w.first, w.last, w.n)
                    AND abs(n.sw - w.sw) <= 1e-9 * n.sw AND abs(n.swx - w.swx) <= 1e-9 * n.swx)
