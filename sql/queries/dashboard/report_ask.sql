-- Have a report made: the run's number, null where too many of the user's wait already.
-- params: area, period, language
-- grain: one row
SELECT ask_report(:area, :period, :language) AS run_id
