-- What a feed delivered that stands: the days of each file's rows and when it came first (a re-delivery counts from the
-- delivery whose place it took).
-- params: feed_id, since
-- grain: one file
SELECT first_day, last_day, loaded_at
FROM file
WHERE feed_id = :feed_id AND state IN ('loaded', 'superseded') AND last_day >= :since AND first_day IS NOT NULL
ORDER BY file_id
