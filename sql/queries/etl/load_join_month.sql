-- The file's own tables of a month become its partitions and get their keys, or their rows go where the month is by now.
-- params: month, file_id
-- grain: one row
SELECT join_month(CAST(:month AS date), :file_id) AS joined
