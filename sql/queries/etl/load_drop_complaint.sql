-- Drop the unwanted rows of complaint.
-- params: first_day, last_day
-- grain: one row of the fact
DELETE FROM complaint t USING unwanted u
WHERE (t.area_id, t.day, t.complaint_id) = (u.area_id, u.day, u.id)
  AND t.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
