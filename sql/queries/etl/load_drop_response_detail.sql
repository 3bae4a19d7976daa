-- Drop the unwanted rows of response detail.
-- params: first_day, last_day
-- grain: one row of the fact
DELETE FROM response_detail t USING unwanted u
WHERE (t.area_id, t.day, t.response_id) = (u.area_id, u.day, u.id)
  AND t.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
