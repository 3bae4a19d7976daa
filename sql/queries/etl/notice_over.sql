-- What is over before anybody was told is not told.
-- params: episodes
-- grain: one notice
UPDATE notice SET lapsed = 'over'
WHERE episode_id = ANY(:episodes) AND told_at IS NULL AND lapsed IS NULL AND what <> 'recovered'
