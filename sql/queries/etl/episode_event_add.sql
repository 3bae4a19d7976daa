-- Something happened to an alert.
-- params: episode, what, now, start, s, detail
-- grain: one event
INSERT INTO episode_event (episode_id, what, at, start, s, detail)
VALUES (:episode, :what, :now, :start, :s, CAST(:detail AS jsonb))
