-- Add the sums of the places of one level up into their parents.
-- params: level
-- grain: one place, indicator, period and value
INSERT INTO ratio_cell (level, top, place_id, indicator_id, span_id, value_id, n, numerator, denominator)
SELECT parent.level, c.top, parent.place_id, c.indicator_id, c.span_id, c.value_id, sum(c.n), sum(c.numerator), sum(c.denominator)
FROM ratio_cell c
JOIN place p ON p.place_id = c.place_id
JOIN place parent ON parent.place_id = p.parent_id
WHERE c.level = :level AND parent.level >= c.top
GROUP BY parent.level, c.top, parent.place_id, c.indicator_id, c.span_id, c.value_id
