-- The month's tables become partitions and get their keys.
-- params: month
-- grain: one row
SELECT attach_partitions(CAST(:month AS date)) AS attached
