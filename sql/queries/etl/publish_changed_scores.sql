-- Tell which earlier scores this publication changed.
-- params: p (the publication being made), level (the deepest told of)
-- grain: one area, indicator and period that had ended by the publication before
INSERT INTO publication_change (publication_id, area_id, indicator_id, period, start, old_n, new_n, old_reading, new_reading)
SELECT :p, o.area_id, o.indicator_id, o.period, o.start, o.n, c.n, o.swx / nullif(o.sw, 0), c.swx / nullif(c.sw, 0)
FROM score_rollup o
JOIN area a ON a.area_id = o.area_id AND a.level <= :level
LEFT JOIN score_rollup c
    ON (c.area_id, c.indicator_id, c.period, c.cut, c.start, c.value) = (o.area_id, o.indicator_id, o.period, o.cut, o.start, o.value)
   AND c.first_pub = :p
WHERE o.last_pub = :p AND o.cut = 'all' AND o.period IN ('m', 'q', 'y')
  AND (o.period, o.start) IN (SELECT period, start FROM rollup_span)
  AND period_end(o.period, o.start) <= (SELECT data_to FROM publication WHERE publication_id < :p
                                        ORDER BY publication_id DESC LIMIT 1)
