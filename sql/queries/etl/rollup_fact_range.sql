-- The first and the last day that have facts (answers count through their responses), and the last that has a complaint.
-- params: none
-- grain: one row
SELECT min(first_day) AS first, max(last_day) AS last, max(last_day) FILTER (WHERE fact = 'complaint') AS complaints_to
FROM fact_month
