-- What a silence of an alert would speak of.
-- params: episode
-- grain: one episode
SELECT area_id, rule, indicator_id FROM episode WHERE episode_id = CAST(:episode AS bigint)
