-- The scores and shifts of a year as integers and sums, with whether this publication wrote them and whether they are to stay hidden.
-- params: first, last (days of the year), monday, sunday (of its first and last week), p (the publication being made)
-- grain: one area, indicator, period, cut and value, dated or shifted
SELECT r.shift, r.area_id, CAST(r.indicator_id AS integer), ascii(r.period), r.start - CAST('0001-01-01' AS date) + 1, v.value_id,
       CAST(r.n AS integer), r.sw, r.sw2, r.swx, CASE WHEN r.first_pub = :p THEN 1 ELSE 0 END,
       CASE WHEN s.first_pub = :p OR s.first_pub IS NOT NULL AND r.first_pub < :p THEN 1 ELSE 0 END
FROM (
    SELECT 0 AS shift, area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, first_pub FROM score_rollup
    WHERE last_pub = 2147483647 AND period IN ('d', 'w', 'm', 'q', 'y') AND start BETWEEN CAST(:monday AS date) AND CAST(:sunday AS date)
      AND (period IN ('d', 'w') OR start BETWEEN CAST(:first AS date) AND CAST(:last AS date))
    UNION ALL
    SELECT 1, area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, first_pub FROM score_shift
    WHERE last_pub = 2147483647 AND period IN ('d', 'w', 'm', 'q', 'y') AND start BETWEEN CAST(:monday AS date) AND CAST(:sunday AS date)
      AND (period IN ('d', 'w') OR start BETWEEN CAST(:first AS date) AND CAST(:last AS date))
) r
JOIN suppress_value v USING (cut, value)
LEFT JOIN suppressed s ON s.area_id = r.area_id AND s.indicator_id = r.indicator_id AND s.period = r.period AND s.cut = r.cut
    AND s.start = r.start AND s.value = r.value AND s.shift = (r.shift = 1) AND s.last_pub = 2147483647
