-- How many facts some months have, and from which day to which; facts of other months are not looked at.
-- params: months (first days)
-- grain: one fact and month
INSERT INTO fact_month (fact, month, facts, first_day, last_day)
SELECT found.fact, asked.month, found.facts, found.first_day, found.last_day
FROM (SELECT m AS month, CAST(m + interval '1 month' AS date) AS until FROM unnest(CAST(:months AS date[])) AS m) AS asked
CROSS JOIN LATERAL (
    SELECT 'response' AS fact, count(*) AS facts, min(day) AS first_day, max(day) AS last_day
    FROM response WHERE day >= asked.month AND day < asked.until
    UNION ALL SELECT 'answer', count(*), min(day), max(day) FROM answer WHERE day >= asked.month AND day < asked.until
    UNION ALL SELECT 'complaint', count(*), min(day), max(day) FROM complaint WHERE day >= asked.month AND day < asked.until
    UNION ALL SELECT 'process', count(*), min(day), max(day) FROM process_reading WHERE day >= asked.month AND day < asked.until
) found
WHERE found.facts > 0
