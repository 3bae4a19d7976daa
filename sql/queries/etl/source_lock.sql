-- One fetch of a feed at a time, whoever starts it: held by the session until it is given back or ends.
-- params: feed_id
-- grain: one row
SELECT pg_try_advisory_lock(hashtext('fetch ' || :feed_id)) AS ours
