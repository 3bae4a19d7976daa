-- Make the partitions of this month and the months ahead.
-- params: today, months
-- grain: one row, the number made
SELECT ensure_partitions(CAST(:today AS date), (CAST(:today AS date) + make_interval(months => :months))::date) AS made
