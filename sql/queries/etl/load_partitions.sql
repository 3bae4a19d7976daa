-- Make sure the fact tables have a month's partitions.
-- params: month
-- grain: one row
SELECT ensure_partitions(CAST(:month AS date), CAST(:month AS date)) AS made
