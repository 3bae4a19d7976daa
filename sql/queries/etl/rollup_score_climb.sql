-- Add the sums of the places of one level up into their parents.
-- params: level
-- grain: one place, indicator, period and value
INSERT INTO score_cell (level, top, place_id, indicator_id, span_id, value_id, n, sw, sw2, swx, swx2,
                        c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10)
SELECT parent.level, c.top, parent.place_id, c.indicator_id, c.span_id, c.value_id,
       sum(c.n), sum(c.sw), sum(c.sw2), sum(c.swx), sum(c.swx2),
       sum(c.c0), sum(c.c1), sum(c.c2), sum(c.c3), sum(c.c4), sum(c.c5),
       sum(c.c6), sum(c.c7), sum(c.c8), sum(c.c9), sum(c.c10)
FROM score_cell c
JOIN place p ON p.place_id = c.place_id
JOIN place parent ON parent.place_id = p.parent_id
WHERE c.level = :level AND parent.level >= c.top
GROUP BY parent.level, c.top, parent.place_id, c.indicator_id, c.span_id, c.value_id
