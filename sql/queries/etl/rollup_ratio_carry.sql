-- Published sums of finer periods that are not written afresh but belong to a coarser period that is; subscribers are counted anew.
-- params: none
-- grain: one area, indicator, finer period, cut and value
INSERT INTO ratio_carry (area_id, indicator_id, period, cut, start, value, n, numerator, denominator)
WITH wanted AS MATERIALIZED (
    SELECT fine.period, CAST(first AS date) AS start, plan.cut, plan.coarse_to
    FROM (VALUES ('q', 'm', interval '1 month'), ('y', 'q', interval '3 months')) AS fine (whole, period, length)
    JOIN rollup_plan plan ON plan.period = fine.whole AND plan.coarse_to >= 0
    JOIN rollup_span s ON s.period = fine.whole
    CROSS JOIN LATERAL generate_series(s.start, s.until - interval '1 day', fine.length) AS first
    WHERE NOT EXISTS (SELECT FROM rollup_span own WHERE own.period = fine.period AND own.start = CAST(first AS date))
)
SELECT r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value, r.n, r.numerator,
       CASE i.denominator WHEN 'subscribers' THEN 0 ELSE r.denominator END
FROM wanted w
JOIN ratio_rollup r ON r.period = w.period AND r.start = w.start AND r.cut = w.cut AND r.last_pub = 2147483647
JOIN area a ON a.area_id = r.area_id AND a.level <= w.coarse_to
JOIN indicator i ON i.indicator_id = r.indicator_id
