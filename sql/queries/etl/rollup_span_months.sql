-- How much each month counts in a period's average number of subscribers: months evenly in months, quarters and years, by days in
-- weeks; only months from the first to the last that has facts, so that a running year is not diluted.
-- params: none
-- grain: one period and month
INSERT INTO span_month (span_id, month, share)
WITH part AS (
    SELECT s.span_id, CAST(m AS date) AS month,
           CASE WHEN s.period IN ('d', 'w')
                THEN least(s.until, CAST(m + interval '1 month' AS date)) - greatest(s.start, CAST(m AS date)) ELSE 1 END AS size
    FROM rollup_span s CROSS JOIN fact_range known
    CROSS JOIN LATERAL generate_series(greatest(date_trunc('month', s.start), date_trunc('month', known.first)),
                                       least(date_trunc('month', s.until - interval '1 day'), date_trunc('month', known.last)),
                                       interval '1 month') AS m
)
SELECT span_id, month, CAST(size AS double precision) / sum(size) OVER (PARTITION BY span_id) FROM part
