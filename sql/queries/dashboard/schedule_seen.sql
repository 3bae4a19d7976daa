-- When a schedule last said that it is awake.
-- params: none
-- grain: one row
SELECT schedule_seen() AS seen_at
