-- Close the shifts of the periods that are others now, or none, and write those that are new.
-- params: p (the publication being made)
-- grain: one area, indicator, period, cut and value
WITH now AS MATERIALIZED (
    SELECT n.*, s.period, s.start FROM score_shift_new n JOIN rollup_span s USING (span_id)
),
same AS MATERIALIZED (
    SELECT n.area_id, n.indicator_id, n.period, n.cut, n.start, n.value
    FROM now n
    JOIN score_shift r USING (area_id, indicator_id, period, cut, start, value)
    WHERE r.last_pub = 2147483647 AND r.n = n.n AND r.counts = n.counts
      AND abs(r.sw - n.sw) <= 1e-10 * (1 + abs(n.sw)) AND abs(r.sw2 - n.sw2) <= 1e-10 * (1 + abs(n.sw2))
      AND abs(r.swx - n.swx) <= 1e-10 * (1 + abs(n.swx)) AND abs(r.swx2 - n.swx2) <= 1e-10 * (1 + abs(n.swx2))
),
closed AS (
    UPDATE score_shift r SET last_pub = :p
    WHERE r.last_pub = 2147483647 AND (r.period, r.start) IN (SELECT period, start FROM rollup_span)
      AND (r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value) NOT IN (SELECT * FROM same)
)
INSERT INTO score_shift (area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2, counts, first_pub)
SELECT area_id, indicator_id, period, cut, start, value, n, sw, sw2, swx, swx2, counts, :p
FROM now
WHERE (area_id, indicator_id, period, cut, start, value) NOT IN (SELECT * FROM same)
ORDER BY area_id, indicator_id, period, cut, start, value
