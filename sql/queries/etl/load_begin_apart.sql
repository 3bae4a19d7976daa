-- Tables of a file's own for a month of survey answers nobody has begun, to join the others when they are full.
-- params: month, file_id
-- grain: one row; made is false where the month is there already
SELECT begin_month_apart(CAST(:month AS date), :file_id) AS made
