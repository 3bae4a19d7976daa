-- Somebody is to be told something of an alert, unless a notice of it is there.
-- params: user_id, episode_id, event_id, what, cadence, due_at, silence_id, now
-- grain: one notice
INSERT INTO notice (user_id, episode_id, event_id, what, cadence, due_at, silence_id, made_at)
VALUES (:user_id, :episode_id, :event_id, :what, :cadence, :due_at, :silence_id, :now)
ON CONFLICT DO NOTHING
