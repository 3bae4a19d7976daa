-- Close the shifts of the periods that are others now, or none, and write those that are new.
-- params: p (the publication being made)
-- grain: one area, indicator, period, cut and value
WITH now AS MATERIALIZED (
    SELECT n.area_id, n.indicator_id, s.period, n.cut, s.start, n.value, sum(n.n) AS n,
           sum(n.numerator) AS numerator, sum(n.denominator) AS denominator
    FROM ratio_shift_part n JOIN rollup_span s USING (span_id)
    GROUP BY n.area_id, n.indicator_id, s.period, n.cut, s.start, n.value
    HAVING sum(n.n) <> 0 OR sum(n.numerator) <> 0 OR sum(n.denominator) <> 0
),
same AS MATERIALIZED (
    SELECT n.area_id, n.indicator_id, n.period, n.cut, n.start, n.value
    FROM now n
    JOIN ratio_shift r USING (area_id, indicator_id, period, cut, start, value)
    WHERE r.last_pub = 2147483647 AND r.n = n.n AND abs(r.numerator - n.numerator) <= 1e-10 * (1 + abs(n.numerator))
      AND abs(r.denominator - n.denominator) <= 1e-10 * (1 + abs(n.denominator))
),
closed AS (
    UPDATE ratio_shift r SET last_pub = :p
    WHERE r.last_pub = 2147483647 AND (r.period, r.start) IN (SELECT period, start FROM rollup_span)
      AND (r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value) NOT IN (SELECT * FROM same)
)
INSERT INTO ratio_shift (area_id, indicator_id, period, cut, start, value, n, numerator, denominator, first_pub)
SELECT area_id, indicator_id, period, cut, start, value, n, numerator, denominator, :p
FROM now
WHERE (area_id, indicator_id, period, cut, start, value) NOT IN (SELECT * FROM same)
ORDER BY area_id, indicator_id, period, cut, start, value
