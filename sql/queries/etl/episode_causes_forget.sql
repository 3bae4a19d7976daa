-- What stood beside an alert makes room for what stands there now.
-- params: episode
-- grain: one cause
DELETE FROM episode_cause WHERE episode_id = :episode
