-- The complaint sums of the members of an area in a period, as one publication holds them.
-- params: p, parent, period, start
-- grain: one child and indicator
SELECT a.code, r.indicator_id, r.n, r.numerator, r.denominator
FROM area_parent m
JOIN area a USING (area_id)
JOIN ratio_rollup r USING (area_id)
WHERE m.parent_id = :parent AND m.valid_from <= CAST(:start AS date) AND CAST(:start AS date) < m.valid_to
  AND r.indicator_id = ANY(SELECT i.indicator_id FROM indicator i WHERE i.fact = 'complaint')
  AND r.period = :period AND r.cut = 'all' AND r.start = :start AND r.value = ''
  AND r.first_pub <= :p AND r.last_pub > :p
