-- Forget incidents that were over before their retention began.
-- params: today, days
-- grain: one incident
DELETE FROM incident WHERE closed_at < CAST(:today AS date) - make_interval(days => :days)
