-- What happened to an alert, in order.
-- params: id
-- grain: one event
SELECT what, at, start, s, by, detail FROM episode_event WHERE episode_id = :id ORDER BY event_id
