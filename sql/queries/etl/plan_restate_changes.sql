-- What areas became of others since a day.
-- params: since
-- grain: one area before and after
SELECT from_id, to_id FROM area_change WHERE changed_on > CAST(:since AS date) AND from_id <> to_id
