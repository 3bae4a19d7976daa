-- Which earlier ratios this publication changed.
-- params: data_to (of the publication before), level (the deepest told of)
-- grain: one area, indicator and period that had ended by the publication before
SELECT c.area_id, c.indicator_id, s.period, s.start, c.old_n, c.n AS new_n,
       c.old_numerator / nullif(c.old_denominator, 0) * i.factor AS old_reading, c.numerator / nullif(c.denominator, 0) * i.factor AS new_reading
FROM ratio_change c
JOIN rollup_span s USING (span_id)
JOIN area a ON a.area_id = c.area_id AND a.level <= :level
JOIN indicator i ON i.indicator_id = c.indicator_id
WHERE c.place IS NOT NULL AND c.whole AND s.period IN ('m', 'q', 'y') AND s.until <= CAST(:data_to AS date) + 1
