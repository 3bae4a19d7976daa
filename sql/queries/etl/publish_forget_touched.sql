-- What was touched is published now.
-- params: none
-- grain: one row of touched
DELETE FROM touched
