-- Forget letters that ended so many days ago.
-- params: today, days
-- grain: one letter
DELETE FROM letter WHERE ended_at < CAST(:today AS date) - CAST(:days AS integer)
