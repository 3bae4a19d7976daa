-- Make sure that a load's tables have a month's partitions; in a transaction of its own.
-- params: month, tables
-- grain: one row
SELECT open_month(CAST(:month AS date), CAST(:tables AS text[])) AS made
