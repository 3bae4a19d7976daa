-- Tables of their own for a month of survey answers nobody has begun, to be attached when they are full.
-- params: month
-- grain: one row; made is false where the month is there already
SELECT start_partitions(CAST(:month AS date)) AS made
