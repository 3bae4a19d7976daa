-- Add or replace subscriber counts by the arriving ones.
-- params: none
-- grain: one area, month, business and segment
INSERT INTO subscriber (area_id, month, business, segment, subscribers, file_id)
SELECT area_id, month, business, segment, subscribers, file_id FROM arriving_subscriber
ON CONFLICT (area_id, month, business, segment) DO UPDATE SET subscribers = EXCLUDED.subscribers, file_id = EXCLUDED.file_id
