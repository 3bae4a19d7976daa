-- The loaded files that fill a slot of a feed: what a new delivery replaces.
-- params: feed_id, slot
-- grain: one file
SELECT file_id, name, first_day, last_day FROM file WHERE feed_id = :feed_id AND slot = :slot AND state = 'loaded'
