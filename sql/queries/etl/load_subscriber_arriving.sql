-- Subscriber counts on their way in; rows of one place and class are added up.
-- params: none
-- grain: one row of a subscribers file
CREATE TEMP TABLE IF NOT EXISTS arriving_subscriber (
    area_id integer, month date, business text, segment text, subscribers bigint, file_id integer
) ON COMMIT DROP
