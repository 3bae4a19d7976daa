-- The sums of a coarser period from those of the finer one: written afresh, or as published and kept for the rest of it.
-- params: period, finer
-- grain: one area, indicator, period and value
INSERT INTO score_new (area_id, indicator_id, span_id, value_id, n, sw, sw2, swx, swx2, counts)
WITH part AS (
    SELECT n.area_id, n.indicator_id, s.start, n.value_id, n.n, n.sw, n.sw2, n.swx, n.swx2, n.counts
    FROM score_new n
    JOIN rollup_span s USING (span_id)
    JOIN rollup_value v USING (value_id)
    JOIN rollup_plan plan ON plan.cut = v.cut AND plan.period = :period
    JOIN area a ON a.area_id = n.area_id AND a.level <= plan.coarse_to
    WHERE s.period = :finer
    UNION ALL
    SELECT r.area_id, r.indicator_id, r.start, v.value_id, r.n, r.sw, r.sw2, r.swx, r.swx2, r.counts
    FROM carried_span w
    JOIN score_rollup r ON r.period = w.period AND r.start = w.start AND r.cut = w.cut AND r.last_pub = 2147483647
    JOIN area a ON a.area_id = r.area_id AND a.level <= w.coarse_to
    JOIN rollup_value v ON v.cut = r.cut AND v.value = r.value
    WHERE w.period = :finer
    UNION ALL
    SELECT r.area_id, r.indicator_id, r.start, v.value_id, r.n, r.sw, r.sw2, r.swx, r.swx2, r.counts
    FROM carried_span w
    JOIN score_finer r ON r.period = w.period AND r.start = w.start AND r.cut = w.cut
    JOIN rollup_value v ON v.cut = r.cut AND v.value = r.value
    WHERE w.period = :finer
)
SELECT p.area_id, p.indicator_id, s.span_id, p.value_id, sum(p.n), sum(p.sw), sum(p.sw2), sum(p.swx), sum(p.swx2),
       ARRAY[sum(counts[1]), sum(counts[2]), sum(counts[3]), sum(counts[4]), sum(counts[5]), sum(counts[6]),
             sum(counts[7]), sum(counts[8]), sum(counts[9]), sum(counts[10]), sum(counts[11])]
FROM part p
JOIN rollup_span s ON s.period = :period AND p.start >= s.start AND p.start < s.until
GROUP BY p.area_id, p.indicator_id, s.span_id, p.value_id
