-- Forget uploaded files, with their bytes, after so many days.
-- params: days
-- grain: one uploaded file
DELETE FROM upload WHERE uploaded_at < now() - make_interval(days => :days)
