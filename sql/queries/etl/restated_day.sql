-- The day whose tree is today's: the calendar's, or the last one a file brought data for where that is later.
-- params: none
-- grain: one row
SELECT greatest(current_date, (SELECT max(last_day) FROM file WHERE state = 'loaded')) AS day
