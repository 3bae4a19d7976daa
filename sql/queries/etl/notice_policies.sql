-- How far apart alert mails and reminders are, as it holds on a day.
-- params: today
-- grain: one policy
SELECT DISTINCT ON (name) name, value
FROM policy
WHERE name IN ('alert_window_minutes', 'reminder_days') AND valid_from <= :today
ORDER BY name, valid_from DESC
