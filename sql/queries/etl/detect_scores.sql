-- Sums of own customers' scores of whole months as they now stand, but for those that are withheld for what they would give away.
-- params: first, last, indicators (ids, joined by commas), deepest (level)
-- grain: one area, indicator and month
SELECT r.area_id, r.indicator_id, r.start, r.n, r.sw, r.sw2, r.swx, r.swx2
FROM score_rollup r JOIN area a USING (area_id)
WHERE r.period = 'm' AND r.cut = 'all' AND r.start >= CAST(:first AS date) AND r.start <= CAST(:last AS date)
  AND r.last_pub = 2147483647 AND r.n > 0 AND a.level <= :deepest
  AND r.indicator_id = ANY(CAST(string_to_array(:indicators, ',') AS smallint[]))
  AND NOT EXISTS (SELECT FROM suppressed s
                  WHERE s.area_id = r.area_id AND s.indicator_id = r.indicator_id AND s.period = 'm' AND s.cut = 'all'
                    AND s.start = r.start AND s.value = '' AND NOT s.shift AND s.last_pub = 2147483647)
