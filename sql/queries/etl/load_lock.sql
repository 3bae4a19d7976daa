-- One load of a feed at a time, whoever starts it.
-- params: feed_id
-- grain: one row
SELECT pg_advisory_xact_lock(hashtext('feed ' || :feed_id))
