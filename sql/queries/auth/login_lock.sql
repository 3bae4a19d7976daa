-- Make attempts on one login and from one address take their turn, so that counting them cannot be outrun.
-- params: login, address
-- grain: one row
SELECT pg_advisory_xact_lock(hashtext('login ' || :login)), pg_advisory_xact_lock(hashtext('address ' || :address))
