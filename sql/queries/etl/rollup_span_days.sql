-- The days of each period that is counted from the facts.
-- params: none
-- grain: one period and day
INSERT INTO span_day (period, day, span_id)
SELECT s.period, day::date, s.span_id
FROM rollup_span s
CROSS JOIN LATERAL generate_series(s.start, s.until - interval '1 day', interval '1 day') AS day
WHERE s.period IN (SELECT period FROM rollup_plan WHERE depth > coarse_to)
