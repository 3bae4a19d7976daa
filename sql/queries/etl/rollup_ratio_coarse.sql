-- The sums of a coarser period from those of the finer one: written afresh, or as published and kept for the rest of it; subscribers
-- are counted anew.
-- params: period, finer
-- grain: one area, indicator, period and value
INSERT INTO ratio_part (area_id, indicator_id, span_id, value_id, n, numerator, denominator)
WITH part AS (
    SELECT n.area_id, n.indicator_id, s.start, n.value_id, n.n, n.numerator, n.denominator
    FROM ratio_part n
    JOIN rollup_span s USING (span_id)
    JOIN rollup_value v USING (value_id)
    JOIN rollup_plan plan ON plan.cut = v.cut AND plan.period = :period
    JOIN area a ON a.area_id = n.area_id AND a.level <= plan.coarse_to
    WHERE s.period = :finer
    UNION ALL
    SELECT r.area_id, r.indicator_id, r.start, v.value_id, r.n, r.numerator, CASE i.denominator WHEN 'subscribers' THEN 0 ELSE r.denominator END
    FROM carried_span w
    JOIN ratio_rollup r ON r.period = w.period AND r.start = w.start AND r.cut = w.cut AND r.last_pub = 2147483647
    JOIN area a ON a.area_id = r.area_id AND a.level <= w.coarse_to
    JOIN indicator i ON i.indicator_id = r.indicator_id
    JOIN rollup_value v ON v.cut = r.cut AND v.value = r.value
    WHERE w.period = :finer
    UNION ALL
    SELECT r.area_id, r.indicator_id, r.start, v.value_id, r.n, r.numerator, CASE i.denominator WHEN 'subscribers' THEN 0 ELSE r.denominator END
    FROM carried_span w
    JOIN ratio_finer r ON r.period = w.period AND r.start = w.start AND r.cut = w.cut
    JOIN indicator i ON i.indicator_id = r.indicator_id
    JOIN rollup_value v ON v.cut = r.cut AND v.value = r.value
    WHERE w.period = :finer
)
SELECT p.area_id, p.indicator_id, s.span_id, p.value_id, sum(p.n), sum(p.numerator), sum(p.denominator)
FROM part p
JOIN rollup_span s ON s.period = :period AND p.start >= s.start AND p.start < s.until
GROUP BY p.area_id, p.indicator_id, s.span_id, p.value_id
