-- Add or update the arriving subscriber counts.
-- params: none
-- grain: one area, month, business and segment
INSERT INTO subscriber (area_id, month, business, segment, subscribers, file_id)
SELECT area_id, month, business, segment, sum(subscribers), max(file_id)
FROM arriving_subscriber
GROUP BY area_id, month, business, segment
ON CONFLICT (area_id, month, business, segment) DO UPDATE SET subscribers = EXCLUDED.subscribers, file_id = EXCLUDED.file_id
