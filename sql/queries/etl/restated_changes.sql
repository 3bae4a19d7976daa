-- What former areas had become by a day.
-- params: day
-- grain: one former area and successor
SELECT DISTINCT from_id, to_id FROM area_change WHERE from_id <> to_id AND changed_on <= CAST(:day AS date)
