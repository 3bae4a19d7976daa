-- An alert is over.
-- params: episode, closed (period), s, now
-- grain: one episode
UPDATE episode SET state = 'ok', latest = CAST(:closed AS date), closed = CAST(:closed AS date), closed_at = :now, s = coalesce(:s, s)
WHERE episode_id = :episode
