-- The periods that overlap the months to be written afresh.
-- params: none
-- grain: one period
INSERT INTO rollup_span (period, start, until)
WITH days AS (
    SELECT day::date AS day FROM rollup_month
    CROSS JOIN LATERAL generate_series(month, month + interval '1 month' - interval '1 day', interval '1 day') AS day
)
SELECT period, start, until FROM (
    SELECT 'd' AS period, day AS start, day + 1 AS until FROM days
    UNION SELECT 'w', monday, monday + 7 FROM (SELECT date_trunc('week', day)::date AS monday FROM days) w
    UNION SELECT 'm', month, (month + interval '1 month')::date FROM rollup_month
    UNION SELECT 'q', quarter, (quarter + interval '3 months')::date
          FROM (SELECT date_trunc('quarter', month)::date AS quarter FROM rollup_month) q
    UNION SELECT 'y', year, (year + interval '1 year')::date
          FROM (SELECT date_trunc('year', month)::date AS year FROM rollup_month) y
) spans
ORDER BY period, start
