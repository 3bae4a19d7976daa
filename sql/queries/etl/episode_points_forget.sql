-- The series behind an alert makes room for the series as it reads now.
-- params: episode
-- grain: one period
DELETE FROM episode_point WHERE episode_id = :episode
