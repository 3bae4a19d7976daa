-- Loaded files whose rows were not looked through for the fast lane yet; none another transaction has at hand.
-- params: none
-- grain: one file
SELECT f.file_id, d.kind, f.last_day
FROM file f JOIN feed d USING (feed_id)
WHERE f.lane_at IS NULL AND f.state = 'loaded'
ORDER BY f.file_id
FOR UPDATE OF f SKIP LOCKED
LIMIT 1
