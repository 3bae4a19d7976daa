-- How large a report may be that is attached to a mail, in kB, as it holds on a day.
-- params: today
-- grain: at most one policy
SELECT value FROM policy WHERE name = 'report_mail_kb' AND valid_from <= :today ORDER BY valid_from DESC LIMIT 1
