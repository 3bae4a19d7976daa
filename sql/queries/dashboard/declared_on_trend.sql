-- What was declared to happen at an area or above it in a stretch of days.
-- params: area, first, last
-- grain: one event
SELECT DISTINCT d.event_id, d.kind, d.first_day, d.last_day, d.words
FROM declared_event d
JOIN area_closure c ON c.ancestor_id = d.area_id AND c.descendant_id = :area
WHERE d.withdrawn_at IS NULL AND d.first_day <= CAST(:last AS date) AND d.last_day >= CAST(:first AS date)
ORDER BY d.first_day, d.event_id
