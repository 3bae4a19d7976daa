-- Give the lock on a feed's fetch back.
-- params: feed_id
-- grain: one row
SELECT pg_advisory_unlock(hashtext('fetch ' || :feed_id))
