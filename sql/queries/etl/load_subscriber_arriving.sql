-- Subscriber counts on their way in.
-- params: none
-- grain: one area, month, business and segment
CREATE TEMP TABLE IF NOT EXISTS arriving_subscriber (
    area_id integer, month date, business text, segment text, subscribers bigint, file_id integer
) ON COMMIT DROP
