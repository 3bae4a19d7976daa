-- Forget the jobs that the schedule no longer has.
-- params: names
-- grain: one job
DELETE FROM job WHERE name <> ALL(CAST(:names AS text[]))
