-- What is due for one person, held for whoever reads it first.
-- params: user_id, now
-- grain: one notice
SELECT n.notice_id, n.episode_id, n.what, n.cadence, n.silence_id
FROM notice n LEFT JOIN silence s USING (silence_id)
WHERE n.user_id = :user_id AND n.told_at IS NULL AND n.lapsed IS NULL AND n.due_at <= :now
  AND (n.silence_id IS NULL OR s.ended_at IS NOT NULL OR s.until <= :now)
ORDER BY n.notice_id
FOR UPDATE OF n SKIP LOCKED
