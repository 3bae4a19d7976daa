-- The days, over by a given one, in which leaves stood under the same ancestors.
-- params: day
-- grain: one leaf and stretch of days
SELECT area_id, valid_from, valid_to, path FROM leaf_chain WHERE valid_to <= CAST(:day AS date)
