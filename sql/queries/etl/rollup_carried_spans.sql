-- The finer periods that are not written afresh but belong to a coarser period that is, and down to which level it takes them.
-- params: none
-- grain: one finer period and cut
INSERT INTO carried_span (period, start, cut, coarse_to)
SELECT fine.period, CAST(first AS date), plan.cut, plan.coarse_to
FROM (VALUES ('q', 'm', interval '1 month'), ('y', 'q', interval '3 months')) AS fine (whole, period, length)
JOIN rollup_plan plan ON plan.period = fine.whole AND plan.coarse_to >= 0
JOIN rollup_span s ON s.period = fine.whole
CROSS JOIN LATERAL generate_series(s.start, s.until - interval '1 day', fine.length) AS first
WHERE NOT EXISTS (SELECT FROM rollup_span own WHERE own.period = fine.period AND own.start = CAST(first AS date))
