-- What stands under what, in the order of time.
-- params: none
-- grain: one area and parent while it held
SELECT area_id, parent_id, valid_from FROM area_parent ORDER BY valid_from, area_id
