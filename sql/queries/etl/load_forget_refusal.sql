-- Drop the earlier refusals of the same bytes, for the newest word on them counts.
-- params: feed_id, sha256
-- grain: one file
DELETE FROM file WHERE feed_id = :feed_id AND sha256 = :sha256 AND state = 'refused'
