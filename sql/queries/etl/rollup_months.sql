-- The months to be written afresh: those whose facts changed, and the months their complaints fall due or are repeated in.
-- params: everything (true: every month that has facts)
-- grain: one month
INSERT INTO rollup_month (month)
SELECT month FROM touched
UNION
SELECT CAST(month + interval '1 month' AS date) FROM touched WHERE fact = 'complaint'
UNION
SELECT CAST(date_trunc('month', day) AS date)
FROM (SELECT day FROM response UNION SELECT day FROM complaint UNION SELECT day FROM process_reading) AS fact
WHERE :everything
