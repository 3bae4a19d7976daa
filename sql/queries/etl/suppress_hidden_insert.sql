-- Hide what was not hidden yet.
-- params: p (the publication being made), first, last (days of the year)
-- grain: one area, indicator, period, cut and value, dated or shifted
INSERT INTO suppressed (area_id, indicator_id, period, cut, start, value, shift, first_pub)
SELECT h.area_id, h.indicator_id, h.period, v.cut, h.start, v.value, h.shift, :p
FROM suppress_hidden h
JOIN suppress_value v USING (value_id)
LEFT JOIN suppressed s ON s.area_id = h.area_id AND s.indicator_id = h.indicator_id AND s.period = h.period AND s.cut = v.cut
    AND s.start = h.start AND s.value = v.value AND s.shift = h.shift AND s.last_pub = 2147483647
WHERE s.area_id IS NULL AND CAST(:first AS date) <= CAST(:last AS date)
ORDER BY h.area_id, h.indicator_id, h.period, v.cut, h.start, v.value
