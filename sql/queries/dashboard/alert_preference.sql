-- How the reader wants to be told; what was never chosen is null. And where mail to the reader goes.
-- params: none
-- grain: one row
SELECT u.email, u.login, p.channel, p.urgent, p.important, p.notable, p.digest_at, p.quiet_from, p.quiet_until, p.below, p.changed_at
FROM app_user u LEFT JOIN alert_preference p USING (user_id)
WHERE u.user_id = scope_user()
