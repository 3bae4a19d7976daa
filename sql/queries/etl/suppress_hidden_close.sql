-- Hide no more what need not be hidden any longer.
-- params: p (the publication being made), first, last (days of the year)
-- grain: one row of suppressed
UPDATE suppressed s SET last_pub = :p
WHERE s.last_pub = 2147483647 AND s.start BETWEEN CAST(:first AS date) AND CAST(:last AS date)
  AND (s.shift, s.area_id, s.indicator_id, s.period, s.start, s.cut, s.value) NOT IN (
      SELECT h.shift, h.area_id, h.indicator_id, h.period, h.start, v.cut, v.value
      FROM suppress_hidden h JOIN suppress_value v USING (value_id))
