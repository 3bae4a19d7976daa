-- The months whose facts changed.
-- params: everything (true: every month that has facts, or had)
-- grain: one fact and month
SELECT DISTINCT fact, month FROM touched
UNION
SELECT fact.fact, CAST(date_trunc('month', day) AS date)
FROM (SELECT 'answer' AS fact, day FROM response
      UNION SELECT 'complaint', day FROM complaint UNION SELECT 'process', day FROM process_reading) AS fact
WHERE :everything
UNION
SELECT CASE fact WHEN 'response' THEN 'answer' ELSE fact END, month FROM fact_month WHERE :everything
ORDER BY 1, 2
