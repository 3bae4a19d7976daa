-- The sums of a coarser period from those of the finer one, written afresh or carried.
-- params: period, finer
-- grain: one area, indicator, period and value
INSERT INTO ratio_part (area_id, indicator_id, span_id, value_id, n, numerator, denominator)
WITH part AS (
    SELECT n.area_id, n.indicator_id, s.start, n.value_id, n.n, n.numerator, n.denominator
    FROM ratio_part n JOIN rollup_span s USING (span_id) WHERE s.period = :finer
    UNION ALL
    SELECT c.area_id, c.indicator_id, c.start, v.value_id, c.n, c.numerator, c.denominator
    FROM ratio_carry c JOIN rollup_value v ON v.cut = c.cut AND v.value = c.value WHERE c.period = :finer
)
SELECT p.area_id, p.indicator_id, s.span_id, p.value_id, sum(p.n), sum(p.numerator), sum(p.denominator)
FROM part p
JOIN rollup_value v ON v.value_id = p.value_id
JOIN rollup_plan plan ON plan.cut = v.cut AND plan.period = :period
JOIN area a ON a.area_id = p.area_id AND a.level <= plan.coarse_to
JOIN rollup_span s ON s.period = :period AND p.start >= s.start AND p.start < s.until
GROUP BY p.area_id, p.indicator_id, s.span_id, p.value_id
